/** The command line `flowsmith`. */
import { runProgram } from './commands/program.ts'

// A reader that goes away (`flowsmith layers | head`) is no failure.
process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
  if (cause.code !== 'EPIPE') throw cause
  process.exit(0)
})

const host = {
  streams: { out: process.stdout, err: process.stderr },
  // Both files lie side by side in dist/.
  compute: new URL('./compute.js', import.meta.url),
  exitCode: 0,
}
process.exitCode = await runProgram(process.argv.slice(2), host)
