/** What a caller may ask of a test run; every limit has a default that is kind to a foreign server. */
import type { Resource } from '../core/fhir';
import type { FhirVersionRecord } from '../core/fhir-version';
import type { Progress } from '../core/progress';
import type { ValidateData } from './data-validation';
import type { CrossCheckOptions } from './dicomweb/cross-check/access';
import type { Wait } from './http/limits';
import type { Transport } from './http/transport';
import type { SharedWork } from './shared-work';

/** What a run has learnt of a server. */
export interface Seen {
  /** Base URL by which the server calls itself. */
  readonly base: string;
  readonly version: FhirVersionRecord;
  readonly statement: Resource;
  /** Current resources, as far as they were read. */
  readonly resources: readonly Resource[];
  /** Types of which the server may have more than these. */
  readonly unfinished: readonly string[];
}

export interface TestOptions {
  /** Address of the server as a person writes it. */
  url: string;
  /** Loads data of our own, tests with it, and removes it. */
  write?: boolean;
  /** What is loaded with `write`; ids and references are made anew. */
  fixtures?: readonly Resource[];
  /** More of them that only one FHIR version can say, written in it: by media type version (`5.0`). */
  fixturesOnlyIn?: (version: string) => readonly Resource[];
  /** With `write`: goes on where the server deletes nothing, so that what is written stays. */
  mayStay?: boolean;
  /** Folder for the journal of a run with `write`. */
  journalDir?: string;
  /** Id globs, tags, types, expectations or requirement ids; several are OR-ed. */
  only?: readonly string[];
  skip?: readonly string[];
  /** Sent with every request; their values count as secret. */
  headers?: Readonly<Record<string, string>>;
  /** A second access that is bound to one patient, to see whether it shows others. */
  patientAccess?: { readonly token: string; /** Logical id of the Patient. */ readonly patient: string };
  /** Logical ids of Patients to begin with, for a server that shows some types for one patient at a time. */
  patients?: readonly string[];
  /** Requests in all. */
  budget?: number;
  /** Requests a second. */
  rate?: number;
  concurrency?: number;
  /** For one request, in milliseconds. */
  timeoutMs?: number;
  /** For the whole run, in milliseconds. */
  maxTimeMs?: number;
  /** Bytes kept of one answer. */
  maxBytes?: number;
  /** Tests by the rules of this version, whatever the server states. */
  fhir?: string;
  /** Validates the resources seen; without it no test asks whether they are valid. */
  validateData?: ValidateData;
  /** Compares the studies with the archives behind their endpoints; without it no test asks those. */
  crossCheck?: CrossCheckOptions;
  /** Types of which the server is taken to have more than it shows: it stands for another one, of which that is so. */
  unfinished?: readonly string[];
  /** Folder that receives every exchange of the run. */
  recordDir?: string;
  /** Folder of a recorded run, judged again without a network. */
  replayDir?: string;

  /** Told where something that the run has written is still on the server at its end, as far as it knows. */
  onLeft?: () => void;
  /** Told at the end of the run what was seen. */
  onSeen?: (seen: Seen) => void;
  progress?: Progress;
  /** Stops the run: what is done so far is reported. */
  signal?: AbortSignal;
  transport?: Transport;
  now?: () => number;
  wait?: Wait;
  /** Names the run; everything that is chosen by chance follows from it. */
  runId?: string;
  /** What runs of this process have in common; without it the run keeps to itself. */
  shared?: SharedWork;
}

export const DEFAULTS = {
  budget: 5000,
  concurrency: 4,
  timeoutMs: 30_000,
  maxTimeMs: 30 * 60_000,
  maxBytes: 32_000_000,
  pageSize: 100,
  maxPages: 20,
} as const;
