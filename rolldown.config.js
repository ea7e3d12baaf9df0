/** Bundles the command line and the compute process. Native and heavy libraries stay outside and are loaded when used. */
import { defineConfig } from 'rolldown'

export default defineConfig({
  input: { flowsmith: 'src/main/cli.ts', serve: 'src/main/serve.ts', compute: 'src/engine/compute.ts' },
  platform: 'node',
  external: [/^onnxruntime-node/, /^@tensorflow\//, /^echarts/, /^electron$/, /^node:/],
  output: { dir: 'dist', format: 'esm', sourcemap: true, chunkFileNames: 'chunks/[name].js' },
})
