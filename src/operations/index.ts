import { apply } from './apply.ts'
import { cordon } from './cordon.ts'
import { deleteObject } from './delete.ts'
import { drain } from './drain.ts'
import { forceDelete } from './force-delete.ts'
import type { Operation } from './operation.ts'
import { rolloutRestart } from './rollout-restart.ts'
import { scale } from './scale.ts'
import { setImage } from './set-image.ts'
import { taint } from './taint.ts'
import { uncordon } from './uncordon.ts'

/** Every operation there is. */
export const operations: readonly Operation[] = [
  apply as Operation,
  scale as Operation,
  deleteObject as Operation,
  forceDelete,
  setImage as Operation,
  rolloutRestart,
  cordon,
  uncordon,
  taint as Operation,
  drain as Operation,
]
