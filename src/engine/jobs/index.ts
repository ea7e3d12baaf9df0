/** The jobs that the compute process takes: one case each. */
import type { ComputeJobs, JobMessage, JobName } from '../../shared/compute-protocol.ts'
import { isEngineName } from '../../shared/engines.ts'
import type { RunEvent } from '../../shared/run-events.ts'
import { runtimes } from '../runtimes/catalogue.ts'
import type { Runtime } from '../runtimes/runtime.ts'
import type { Control } from '../train/control.ts'
import { runTraining } from '../train/run-training.ts'
import { certificateJob } from './certificate.ts'
import { densityJob } from './density.ts'
import { generateJob, traceJob } from './explore.ts'
import { exportJob } from './export.ts'
import { sampleJob } from './sample.ts'
import { weighJob } from './weigh.ts'

async function engine(name: string): Promise<Runtime> {
  if (!isEngineName(name)) throw new Error(`there is no engine '${name}': there are ${Object.keys(runtimes).join(', ')}`)
  return runtimes[name]()
}

export async function runJob(
  message: JobMessage, control: Control, emit: (event: RunEvent) => void,
): Promise<ComputeJobs[JobName]['result']> {
  switch (message.job) {
    case 'train':
      return runTraining(message.request, await engine(message.request.engine), control, emit)
    case 'density':
      return densityJob(message.request, await engine(message.request.engine), emit, control)
    case 'sample':
      return sampleJob(message.request, await engine(message.request.engine), emit, control)
    case 'weigh':
      return weighJob(message.request, await engine(message.request.engine), emit, control)
    case 'generate':
      return generateJob(message.request, await engine(message.request.engine), emit)
    case 'trace':
      return traceJob(message.request, await engine(message.request.engine), emit)
    case 'certificate':
      return certificateJob(message.request, await engine(message.request.engine), emit, control)
    case 'export':
      return exportJob(message.request, emit)
  }
}
