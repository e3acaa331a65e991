import { z } from 'zod'
import { operator } from '../operations/timetable.ts'
import type { Fault } from './fault.ts'

/** A Pod is deleted through the API, as chaos tools do it: its controller replaces it. */
export const podKill: Fault<{ readonly 'grace-period'?: number | undefined }> = {
  name: 'pod-kill',
  doc: 'A Pod is deleted through the API, as chaos tools do: its containers get their grace period, its controller makes another Pod.',
  victim: 'pod',
  lasting: false,
  deletes: true,
  parameters: () =>
    z.strictObject({
      'grace-period': z.int().min(0).optional().meta({ description: 'Grace period [s] in place of the Pod’s own; 0 deletes by force.' }),
    }),
  begin(run, target, parameters) {
    const { api, store } = run.world
    const pod = store.pods.get(target.pod)
    if (pod !== undefined) api.delete(run, operator(run), pod, null, 0, parameters['grace-period'] ?? -1)
  },
}
