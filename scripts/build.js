/** `npm run build`: types, then the programs and the window. */
import { ensureInstalled, build, buildRenderer, root, run } from './install.js'

ensureInstalled()
run(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-b'])
build()
buildRenderer()
