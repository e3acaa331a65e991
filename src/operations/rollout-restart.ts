import { z } from 'zod'
import type { Deployment } from '../cluster/objects.ts'
import { formatSeconds } from '../kernel/time.ts'
import type { Operation } from './operation.ts'

/** What `kubectl rollout restart` writes into the template (kubectl pkg/polymorphichelpers/objectrestarter.go, 1.20 … 1.36). */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt'

/** `kubectl rollout restart`. */
export const rolloutRestart: Operation = {
  name: 'rollout-restart',
  doc: 'Replaces every Pod of a Deployment, StatefulSet or DaemonSet by a rollout, as kubectl rollout restart does: an annotation with the time changes the template.',
  of: ['deployment', 'statefulset', 'daemonset'],
  parameters: () => z.strictObject({}),
  send(run, client, object) {
    const deployment = object as Deployment
    const { template } = deployment
    const annotations = { ...template.annotations, [RESTARTED_AT]: formatSeconds(run.now) }
    run.world.api.update(run, client, deployment, { template: { ...template, annotations } }, 0, null, 0, true)
  },
}
