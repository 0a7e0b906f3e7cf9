/** The flags of `sim camera`. */
import * as Flags from '@oclif/core/flags'
import {DISCOVERY_FAULTS, type DiscoveryFaultName} from '../sim/camera/discovery-faults.ts'
import {EVENT_FAULTS, type EventFaultName} from '../sim/camera/events/faults.ts'
import {WEAKNESSES, type WeaknessName} from '../sim/camera/weaknesses.ts'
import {FAULTS, type FaultName} from '../sim/faults.ts'
import {credentialFlags, withVariables} from './flags.ts'
import {simStreamFlags} from './sim-stream.ts'

export const simCameraFlags = withVariables({
  address: Flags.string({default: '127.0.0.1', description: 'address to listen on', helpValue: 'ADDRESS'}),
  'http-port': Flags.integer({default: 8080, min: 0, max: 65_535, description: 'ONVIF port; 0: any free one'}),
  'rtsp-port': Flags.integer({default: 8554, min: 0, max: 65_535, description: 'RTSP port; 0: any free one'}),
  name: Flags.string({default: 'Simulated camera', description: 'name that the camera gives itself'}),
  width: Flags.integer({default: 1280, min: 16, max: 4096, description: 'width of the main stream, pixels'}),
  height: Flags.integer({default: 720, min: 16, max: 4096, description: 'height of the main stream, pixels'}),
  fault: Flags.option({
    options: Object.keys(FAULTS) as FaultName[],
    description: 'how the camera is sick; see `sim city --list-faults`',
    helpValue: 'NAME',
  })(),
  'event-fault': Flags.option({
    options: Object.keys(EVENT_FAULTS) as EventFaultName[],
    description: 'how its event service is sick; see `sim city --list-faults`',
    helpValue: 'NAME',
  })(),
  'discovery-fault': Flags.option({
    options: Object.keys(DISCOVERY_FAULTS) as DiscoveryFaultName[],
    description: 'how it answers WS-Discovery badly; see `sim city --list-faults`',
    helpValue: 'NAME',
  })(),
  weakness: Flags.option({
    options: Object.keys(WEAKNESSES) as WeaknessName[],
    multiple: true,
    multipleNonGreedy: true,
    description: 'how it is open to strangers: what `camera audit` finds; repeatable',
    helpValue: 'NAME',
  })(),
  'https-port': Flags.integer({
    min: 0,
    max: 65_535,
    description: 'ONVIF in TLS as well, on this port; 0: any free one',
  }),
  'telnet-port': Flags.integer({
    default: 0,
    min: 0,
    max: 65_535,
    description: 'where `--weakness telnet-open` listens',
  }),
  ...simStreamFlags,
  'camera-events': Flags.integer({
    default: 0,
    min: 0,
    max: 60_000,
    description: 'things that it notices in a minute: motion, tampering, lost video, its alarm input',
    helpValue: 'N',
  }),
  multicast: Flags.boolean({description: 'answer WS-Discovery multicast on loopback'}),
  ...credentialFlags,
})
