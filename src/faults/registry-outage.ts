import { z } from 'zod'
import { kubeletsOf } from '../control/kubelet/state.ts'
import type { Fault } from './fault.ts'

/** The image registry answers nobody: no pull that ends meanwhile succeeds. */
export const registryOutage: Fault = {
  name: 'registry-outage',
  doc: 'The image registry fails: every pull ends in ErrImagePull and backs off; images on disk and running containers are not touched.',
  victim: 'cluster',
  lasting: true,
  parameters: () => z.strictObject({}),
  begin(run) {
    kubeletsOf(run.world).registryOutages++
  },
  end(run) {
    kubeletsOf(run.world).registryOutages--
  },
}
