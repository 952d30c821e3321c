/** What every handler gets (the service and the call) and gives (the answer). Types only. */
import type { Resource } from '../core/fhir';
import type { FhirVersionRecord } from '../core/fhir-version';
import type { SearchDefinitions } from '../search/types';
import type { AccessRules } from './access';
import type { Behaviour, PageLimits } from './behaviour';
import type { ElementTable } from '../formats/element-table';
import type { Preferences } from './header-values';
import type { PageArchive } from './page-archive';
import type { Pairs } from './query-string';
import type { Store } from './store';
import type { Subset } from './subset';

export interface Limits extends PageLimits {
  /** Longest request body in characters. */
  bodyLength: number;
}

export interface Service {
  readonly version: FhirVersionRecord;
  readonly definitions: SearchDefinitions;
  readonly elements: ElementTable;
  readonly behaviour: Behaviour;
  readonly store: Store;
  readonly archive: PageArchive;
  readonly limits: Limits;
  /** Absolute URL of the server's root, no trailing slash. */
  readonly base: string;
  /** The rows that are served; without those that write on a read-only server. */
  readonly routes: readonly Route[];
  readonly readOnly: boolean;
  readonly cors: boolean;
  /** Who may see what; absent where everybody sees everything. */
  readonly access?: AccessRules;
  /** Now, as an ISO 8601 instant. */
  readonly now: () => string;
  readonly newId: () => string;
  /** The instant at which the server was made. */
  readonly startedAt: string;
  /** Told of what is thrown but no refusal. */
  readonly reportBug: (error: unknown) => void;
}

/** One interaction to carry out: an HTTP request, or an entry of a batch. */
export interface Call {
  readonly method: string;
  readonly type: string;
  readonly id: string;
  readonly versionId: string;
  /** The type searched within a compartment, or `*`. */
  readonly target: string;
  /** Decoded pairs of the URL, without those of the representation (_format, _pretty). */
  readonly query: Pairs;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly preferences: Preferences;
  /** Representation parameters that were given; a self link repeats them. */
  readonly representation: Pairs;
  /** The text of an HTTP request, or the resource of a batch entry. */
  readonly body: { readonly text?: string; readonly resource?: Resource };
}

export interface Answer {
  readonly status: number;
  readonly resource?: Resource;
  readonly headers?: Readonly<Record<string, string>>;
  /** Which part of the resource is wanted; already done for Bundles. */
  readonly subset?: Subset;
  /** The version the answer is about: gives ETag and Last-Modified. */
  readonly stamp?: { readonly versionId: string; readonly lastUpdated: string };
}

export type Handler = (service: Service, call: Call) => Answer;

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Segments below the base; `:name` stands for one segment. A literal wins over a name. */
  readonly path: string;
  readonly level: 'system' | 'type' | 'instance';
  /** Codes of https://hl7.org/fhir/R4/valueset-restful-interaction.html that the row makes true. */
  readonly interaction?: readonly string[];
  /** Left out with --read-only. */
  readonly writes: boolean;
  readonly handler: Handler;
}
