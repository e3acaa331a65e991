import type { PodId } from './objects.ts'
import type { Kind } from './world.ts'

/** The application of a container would pass its readiness probe from now on. */
export const ApplicationReady: Kind<PodId> = {
  name: 'container/application-ready',
  on(run, pod) {
    const sandbox = run.world.truth.sandbox(pod)
    if (sandbox === undefined) return
    run.world.truth.settle(run, sandbox)
  },
}
