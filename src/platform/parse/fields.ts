/** The readers of members, where the platform's parsers look for them. */
export {bad, Fields, present} from '../../lib/fields.ts'
