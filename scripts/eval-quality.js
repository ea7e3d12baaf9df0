/** `npm run eval:quality`: how good trained flows are. Takes most of an hour on two cores; `--only` chooses. */
import { bundleAndRun } from './bundle-and-run.js'

await bundleAndRun('bench/quality.ts', process.argv.slice(2))
