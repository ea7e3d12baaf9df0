/**
 * Bundles the programs: command line, browser host, desktop host and compute process. Native and heavy libraries stay
 * outside and are loaded when used. The preload script is one CommonJS file: a sandboxed window can load no other.
 */
import { defineConfig } from 'rolldown'

export default defineConfig([
  {
    input: { flowsmith: 'src/main/cli.ts', serve: 'src/main/serve.ts', main: 'src/main/index.ts', compute: 'src/engine/compute.ts' },
    platform: 'node',
    external: [/^onnxruntime-node/, /^@tensorflow\//, /^echarts/, /^electron$/, /^node:/],
    output: { dir: 'dist', format: 'esm', sourcemap: true, chunkFileNames: 'chunks/[name].js' },
  },
  {
    input: { preload: 'src/preload/index.ts' },
    platform: 'browser',
    external: ['electron'],
    output: { dir: 'dist', format: 'cjs', sourcemap: true, entryFileNames: '[name].cjs' },
  },
])
