/** What has to be answered: one function a route of the contract. */
import type {Contract, Route} from '../contract.ts'
import type {Json} from '../json.ts'
import type {Parsed} from '../parse/request.ts'

/** One function per route: parsed request → reply. `gone` aborts when the client has left. */
export type Handlers = {
  readonly [R in Route]: (
    request: Parsed[R],
    gone: AbortSignal,
  ) => Json<Contract[R]['reply']> | Promise<Json<Contract[R]['reply']>>
}
