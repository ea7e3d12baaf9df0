#!/usr/bin/env node
import { existsSync } from 'node:fs'

const built = new URL('../dist/flowsmith.js', import.meta.url)
if (!existsSync(built)) {
  process.stderr.write('flowsmith is not built yet: run `npm run build` in its folder\n')
  process.exit(1)
}
await import(built.href)
