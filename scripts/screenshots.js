/** `npm run screenshots [view,…]`: pictures of the views, dark and light, into docs/pictures (bench/screenshots.ts). */
import { bundleAndRun } from './bundle-and-run.js'
import { buildStale, ensureInstalled } from './install.js'

ensureInstalled()
buildStale()
await bundleAndRun('bench/screenshots.ts', process.argv.slice(2))
