import type { Measure } from '../measure.ts'
import { availability } from './availability.ts'
import { availabilityLongrun } from './availability-longrun.ts'
import { believed } from './believed.ts'
import { convergence } from './convergence.ts'
import { detection } from './detection.ts'
import { errors } from './errors.ts'
import { evictions } from './evictions.ts'
import { falseEvictions } from './false-evictions.ts'
import { noEndpoint } from './no-endpoint.ts'
import { restarts } from './restarts.ts'
import { stages } from './stage.ts'
import { unservedPodTime } from './unserved-pod-time.ts'
import { up } from './up.ts'

/** Every measure there is. */
export const measures: readonly Measure[] = [
  convergence,
  believed,
  detection,
  ...stages,
  unservedPodTime,
  restarts,
  evictions,
  falseEvictions,
  availability,
  up,
  errors,
  noEndpoint,
  availabilityLongrun,
]
