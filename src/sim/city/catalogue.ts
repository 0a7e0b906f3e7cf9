/** What a simulated city is made of: makes and models of cameras (invented: no maker's name is used in vain), premises with panels. */
import type {CameraSpec} from '../camera/camera.ts'

type Model = Required<Pick<CameraSpec, 'manufacturer' | 'model' | 'firmware' | 'width' | 'height'>>

/** Firmware `1.10` and a serial of twenty digits are there on purpose: they must arrive as they were sent. */
const MODELS: readonly Model[] = [
  {manufacturer: 'Yunhe', model: 'YH-2120D', firmware: '1.10', width: 1280, height: 720},
  {manufacturer: 'Yunhe', model: 'YH-4120D', firmware: '5.60', width: 1920, height: 1080},
  {manufacturer: 'Harbor Optics', model: 'HO-300', firmware: '2.0.4', width: 640, height: 480},
  {manufacturer: 'Beichen', model: 'BC-B2M', firmware: 'V3.4.0 build 240611', width: 1920, height: 1080},
]

/** The model at a place between 0 (first) and 1 (last, exclusive). */
export function catalogueOf(place: number): Model {
  const model = MODELS[Math.floor(place * MODELS.length)] ?? MODELS[0]
  if (!model) throw new RangeError('the catalogue is empty')
  return model
}

const PANEL_MAKES = [
  {maker: 'Yunhe', model: 'YH-P16', firmware: '2.10'},
  {maker: 'Harbor Optics', model: 'HO-Guard 8', firmware: '1.0.7'},
] as const

/** What the n-th panel is. */
export function panelMakeAt(index: number) {
  return PANEL_MAKES[index % PANEL_MAKES.length] ?? PANEL_MAKES[0]
}

/** Zones of every panel, from number 1: what is there, and the code that its alarm has. */
export const PANEL_ZONES: readonly (readonly [name: string, code: string])[] = [
  ['Front door', 'BA'],
  ['Back door', 'BA'],
  ['Window front', 'BA'],
  ['Hall motion', '130'],
  ['Office motion', '134'],
  ['Smoke hall', 'FA'],
  ['Panic button', 'PA'],
  ['Cabinet tamper', 'TA'],
]

const PREMISES = ['Bank', 'School', 'Museum', 'Jeweller', 'Clinic', 'Warehouse', 'Pharmacy', 'Petrol station']

/** Name of the n-th premises with a panel: what it is, and the last two names of its jurisdiction. */
export function premisesAt(index: number, jurisdiction: string): string {
  const round = Math.floor(index / PREMISES.length) + 1
  return `${PREMISES[index % PREMISES.length]} ${round}, ${jurisdiction.split('.').slice(-2).join(' ')}`
}
