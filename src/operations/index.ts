import { apply } from './apply.ts'
import { deleteObject } from './delete.ts'
import type { Operation } from './operation.ts'
import { scale } from './scale.ts'
import { setImage } from './set-image.ts'

/** Every operation there is. */
export const operations: readonly Operation[] = [apply as Operation, scale as Operation, deleteObject as Operation, setImage as Operation]
