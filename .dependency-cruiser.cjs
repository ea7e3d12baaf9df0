/** Which layer may import which. An error names the rule; its comment says where the code belongs. */
const core = (folder) => `^src/core/${folder}`

/** @param {string} name @param {string} from @param {string[]} allowed @param {string} comment */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: allowed },
})

const pure = ['node_modules/valibot', 'node_modules/fflate', 'node_modules/@bufbuild/protobuf']

module.exports = {
  forbidden: [
    { name: 'no-cycles', comment: 'Cut the cycle: move what both need into a file of its own.', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', comment: 'The import leads nowhere.', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'no-dev-dependencies', comment: 'What ships is a dependency in package.json.', severity: 'error', from: { path: '^src/(core|shared|files|engine|main)', pathNot: '^src/main/(hosts/electron|index)' }, to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'] } },
    only('core-is-pure', '^src/core', ['^src/core', ...pure], 'core is pure TypeScript: Node belongs in src/files, src/engine or src/main.'),
    only('shared-is-types', '^src/shared', ['^src/core', '^src/shared', 'node_modules/(valibot|@msgpack)'], 'shared holds messages, their types and their form on the wire.'),
    only('files-is-node', '^src/files', ['^src/core', '^src/files', '^(node:)?(fs|path|crypto|os|util|buffer|url)'], 'files is about files: plain Node over core.'),
    {
      name: 'engine-is-alone', comment: 'The compute process knows core, shared and files, never the studio.', severity: 'error',
      from: { path: '^src/engine' }, to: { path: '^src/(main|preload|renderer)' },
    },
    {
      name: 'main-is-not-native', comment: 'Native libraries live in the compute process: send it a job.', severity: 'error',
      from: { path: '^src/main' }, to: { path: ['^src/(engine|preload|renderer)', 'node_modules/(onnxruntime|@tensorflow)'] },
    },
    {
      name: 'renderer-is-a-window', comment: 'The window knows core and shared; all else it asks the studio for.', severity: 'error',
      from: { path: '^src/renderer' }, to: { path: ['^src/(main|engine|files|preload)', '^node:'] },
    },
    {
      name: 'one-transport', comment: 'Only platform/ touches the transport: use the connection store.', severity: 'error',
      from: { path: '^src/renderer', pathNot: '^src/renderer/(platform|stores)' }, to: { path: '^src/renderer/platform' },
    },
    {
      name: 'electron-in-one-place', comment: "Electron's API is imported by hosts/electron.ts, its entry and the preload alone.", severity: 'error',
      from: { path: '^src', pathNot: '^src/(main/(hosts/electron|index)|preload)' }, to: { path: 'node_modules/electron' },
    },
    only('ir-below-flow', core('ir'), [core('ir'), '^src/core/issues'], 'The IR knows nothing of flows.'),
    only('flow-below-programs', core('flow'), [core('flow'), core('ir'), '^src/core/(issues|random|suggest)'], 'Flows know the IR; programs, objectives and designs know flows.'),
    only('onnx-on-ir', core('onnx'), [core('onnx'), core('ir'), 'node_modules/@bufbuild/protobuf'], 'ONNX is made from the IR alone.'),
    only('data-is-alone', core('data'), [core('data'), '^src/core/(issues|random|suggest)', 'node_modules/fflate'], 'Data knows neither IR nor flows.'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'], extensions: ['.ts', '.js'] },
  },
}
