/** Other nodes of one store: what each of them hears of devices, and what is changed in the inventory, all of them know. */
import type {Device} from '../../model/device.ts'
import type {WatchedId} from '../../model/supervision.ts'

/** A device was heard so long before it was told of, ms. */
export interface LifeSign extends WatchedId {
  readonly agoMs: number
}

export interface PeerNews {
  /** What other nodes heard; several signs of one device may be one, the latest. */
  heard(signs: readonly LifeSign[]): void
  /** Devices as the inventory has them now, whoever changed them. A batch may come in several parts; `last` ends it. */
  changed(devices: readonly Device[], last: boolean): void
  /**
   * Something that other nodes heard may never be told. `instant`: one of them ended without a word, and what it had heard just
   * before is gone with it. `stretch`: this node was cut off for longer than others keep it.
   */
  lost(what: 'instant' | 'stretch'): void
}

export interface Peers {
  /** This node heard it. Whoever is told several times within an instant is told of once. */
  tell(id: WatchedId): void
  /** Returns the way to stop. Inventory and signs are told of from then on. */
  follow(news: PeerNews): () => void
  /** How long ago the moment was up to which all that any node has heard was told here, ms. It grows when nodes are silent. */
  lagMs(): number
}
