/** What matching needs to know beside the value searched for and the value found, and the shape each parameter type gives to it. */
import type { ExtractedValue } from '../extract';
import type { Outcome } from '../outcome';
import type { SearchDefinitions, SearchParameterDefinition, SearchValue, ZoneRange } from '../types';

export interface MatchContext {
  readonly definitions: SearchDefinitions;
  /** Base URL of the server, no trailing slash. */
  readonly base: string;
  /** Zones that values without one may be in. */
  readonly zone: ZoneRange;
  /** A day against an instant: also the day of the instant's own zone is a reading (see match/date.ts). */
  readonly ownZone: boolean;
  readonly now: () => number;
  /** True where `Type/id` is among the known resources. */
  known(reference: string): boolean;
  /** `system|code` pairs of a value set, by URL or reference; undefined where its content is not known. */
  valueSet(reference: string): ReadonlySet<string> | undefined;
}

/** How one parameter type reads elements and compares them. `V` is the form in which values are kept in the index. */
export interface ParameterType<V> {
  /** The searchable values of one element. */
  read(value: ExtractedValue, definitions: SearchDefinitions): V[];
  /** Whether the element counts as a value for `:missing`. */
  present(value: V): Outcome;
  match(search: SearchValue, value: V, modifier: string | undefined, context: MatchContext, definition: SearchParameterDefinition): Outcome;
  /** The value as a person reads it in a report. */
  describe(value: V): string;
}
