/** What has to be answered: one function a route of the contract. */
import type {Caller} from '../access/principal.ts'
import type {Contract, Route} from '../contract.ts'
import type {Json} from '../json.ts'
import type {Parsed} from '../parse/request.ts'

/** One function per route: parsed request, who asks → reply. `gone` aborts when the client has left. */
export type Handlers = {
  readonly [R in Route]: (request: Parsed[R], caller: Caller, gone: AbortSignal) => Answer<R> | Promise<Answer<R>>
}

/** `later`: it is under way and not done (LATER_STATUS). */
export type Answer<R extends Route> = Json<Contract[R]['reply']> | {readonly later: Json<Contract[R]['reply']>}
