/** Bundles the command line and the compute process. Native and heavy libraries stay outside and are loaded when used. */
import { defineConfig } from 'rolldown'

export default defineConfig({
  input: { flowsmith: 'src/main/cli.ts', compute: 'src/engine/compute.ts' },
  platform: 'node',
  external: [/^onnxruntime-node/, /^@tensorflow\//, /^echarts/, /^node:/],
  output: { dir: 'dist', format: 'esm', sourcemap: true, cleanDir: true, chunkFileNames: 'chunks/[name]-[hash].js' },
})
