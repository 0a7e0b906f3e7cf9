/** Draws the frame: one line of the terminal is one Text. No hooks, no effects. */
import {Box, Text} from 'ink'
import type {Line} from './cells.ts'
import {frame} from './frame.ts'
import type {Look} from './look.ts'
import type {State} from './state.ts'

export function View({state, look}: {readonly state: State; readonly look: Look}) {
  return <Lines lines={frame(state, look)} isColored={look.isColored} />
}

export function Lines({lines, isColored}: {readonly lines: readonly Line[]; readonly isColored: boolean}) {
  return (
    <Box flexDirection="column">
      {lines.map((line, slot) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the slot on the screen is the row's identity
        <Row key={slot} line={line} isColored={isColored} />
      ))}
    </Box>
  )
}

function Row({line, isColored}: {readonly line: Line; readonly isColored: boolean}) {
  return (
    <Text wrap="truncate">
      {line.map(({text, color, bold = false, dim = false, inverse = false}, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: segments have no other identity
        <Text key={index} bold={bold} dimColor={dim} inverse={inverse} {...(isColored && color ? {color} : {})}>
          {text}
        </Text>
      ))}
    </Text>
  )
}
