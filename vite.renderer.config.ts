/**
 * Builds the renderer: src/renderer → dist/renderer, for both hosts. Nothing is inlined: the page's policy allows own
 * files only.
 */
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

export default defineConfig({
  root: 'src/renderer',
  base: './',
  plugins: [vue()],
  build: {
    outDir: '../../dist/renderer',
    emptyOutDir: true,
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    // Charts are large on purpose: they are loaded when first needed.
    chunkSizeWarningLimit: 1200,
  },
  worker: { format: 'es' },
})
