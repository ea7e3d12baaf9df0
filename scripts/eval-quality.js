/** `npm run eval:quality`: how good trained flows are. Takes about twenty minutes on two cores. */
import { bundleAndRun } from './bundle-and-run.js'

await bundleAndRun('bench/quality.ts', process.argv.slice(2))
