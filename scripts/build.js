/** `npm run build`: types, then the bundles. */
import { ensureInstalled, build, root, run } from './install.js'

ensureInstalled()
run(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-b'])
build()
