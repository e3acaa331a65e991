import type { Scenario } from '../../src/scenario/scenario.ts'
import { serve } from '../../src/study/job.ts'
import { fakeResult, fakeScenario } from '../study/fakes.ts'

/** A thread that dies whenever it comes to replication 150. */
export default serve<Scenario>(
  () => [
    {
      inputs: fakeScenario(),
      options: { recording: { timeline: false, events: false }, queue: 'columns', elision: 'elided', eventLimit: 1 },
    },
  ],
  (scenario) => scenario,
  (scenario, replication) => {
    if (replication === 150) process.exit(3)
    return fakeResult(scenario, replication)
  },
)
