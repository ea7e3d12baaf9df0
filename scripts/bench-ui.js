/** `npm run bench:ui`: builds what is stale and measures the window in a real browser (bench/ui.ts). */
import { bundleAndRun } from './bundle-and-run.js'
import { buildStale, ensureInstalled } from './install.js'

ensureInstalled()
buildStale()
await bundleAndRun('bench/ui.ts', process.argv.slice(2))
