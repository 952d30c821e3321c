/** What a server test run produces: verdicts, evidence and the run itself. Every report is a function of one `Run`. */
import type { BodyEncoding } from './binary-body';
import type { Comparison } from './comparison';
import type { Finding } from './finding';

/** The verdicts, one row each: what it means, how it counts, and its key in `report.json`'s summary. */
export const VERDICTS = {
  pass: { summaryKey: 'pass', label: 'pass', meaning: 'The server did what the requirement asks, and the data could have shown otherwise.' },
  fail: { summaryKey: 'fail', label: 'FAIL', meaning: 'A SHALL of the specification, or something the server itself declares, is broken.' },
  warn: { summaryKey: 'warn', label: 'warn', meaning: 'A SHOULD is not followed.' },
  info: { summaryKey: 'info', label: 'info', meaning: 'Legal behaviour worth knowing.' },
  'not-declared': { summaryKey: 'notDeclared', label: 'not declared', meaning: 'The server does not claim to support it, so nothing is asked of it.' },
  'no-data': { summaryKey: 'noData', label: 'no data', meaning: 'The data at hand cannot decide it; never counted as a pass.' },
  error: { summaryKey: 'error', label: 'error', meaning: 'The test itself could not be carried out: our fault or the network\'s.' },
} as const;

export type Verdict = keyof typeof VERDICTS;
export type SummaryKey = (typeof VERDICTS)[Verdict]['summaryKey'];
export type Summary = Record<SummaryKey, number>;

/** Strength of a requirement: https://www.rfc-editor.org/rfc/rfc2119 as FHIR uses it. */
export const EXPECTATIONS = ['SHALL', 'SHOULD', 'MAY'] as const;
export type Expectation = (typeof EXPECTATIONS)[number];

/** The sentence of a specification that a test stands on. */
export interface Requirement {
  /** Stable id, e.g. `fhir-r4-search-token-system`. */
  id: string;
  /** Address of the section that says so. */
  url: string;
  /** What it asks, in one sentence. */
  text: string;
}

export interface HttpRequest {
  method: string;
  /** Absolute URL. */
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** Set where the body holds one character a byte, not text. */
  encoding?: BodyEncoding;
}

export interface HttpResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** Text as received; cut bodies say so in `truncatedAt`. */
  body: string;
  /** Set where the body holds one character a byte, not text: DICOM, images. Reports say how many there were. */
  encoding?: BodyEncoding;
  /** Number of bytes kept, where the body was longer than the limit. */
  truncatedAt?: number;
  /** Set where the bytes of a text are no UTF-8: what could not be read stands as U+FFFD. */
  notUtf8?: true;
}

/** One request and what came back; secrets are already masked. */
export interface Exchange {
  request: HttpRequest;
  response?: HttpResponse;
  /** Why there is no response. */
  error?: string;
  /** Milliseconds from sending to the last byte. */
  durationMs: number;
}

export interface Result {
  /** Test id, unique in the run, e.g. `search.imagingstudy.modality.code`. */
  id: string;
  title: string;
  /** Test group, e.g. `search`, `interaction`, `data`. */
  group: string;
  /** Resource type the test is about, where it is about one: reports group by it. */
  resourceType?: string;
  expectation: Expectation;
  requirement: Requirement;
  verdict: Verdict;
  /** One sentence a person understands. */
  message: string;
  /** What lies behind several results alike, in a few words: reports show such results under one heading. Else the requirement does. */
  cause?: string;
  /** What should have come back: usually `Type/id` references, sorted. */
  expected?: readonly string[];
  /** What came back. */
  actual?: readonly string[];
  /** The smallest thing that shows the fault: a resource that is wrongly there, missing, or broken. */
  witness?: { reference: string; excerpt: unknown; why: string };
  /** Small pictures that show what was retrieved: data URIs of JPEG, PNG or GIF. Shown in the HTML report only. */
  pictures?: readonly { readonly caption: string; readonly source: string }[];
  /** A command line that repeats the decisive request; secrets are masked. */
  curl?: string;
  /** The decisive one first. */
  exchanges: readonly Exchange[];
}

export interface Target {
  url: string;
  fhirVersion?: string;
  /** Name and version from the CapabilityStatement. */
  software?: string;
}

/** How a step of the work around the tests ended, one row each. */
export const STEP_STATUSES = {
  done: { label: 'done', meaning: 'The step ran to its end without an error.' },
  skipped: { label: 'skipped', meaning: 'The step was left out; its message says why.' },
  failed: { label: 'failed', meaning: 'The step found errors or could not be carried out.' },
} as const;

export type StepStatus = keyof typeof STEP_STATUSES;

/** A piece of work before or around the tests: the guide compiled, the examples validated. */
export interface Step {
  /** Unique in the run, kebab-case. */
  id: string;
  /** e.g. `Examples validated`. */
  title: string;
  status: StepStatus;
  /** What came of it in one line: `109 examples, 0 errors`; for a skipped step why: `no Java on this machine`. */
  message: string;
  durationMs: number;
  /** What it found, the worst first. */
  findings?: readonly Finding[];
}

/** Whether something is so, as far as a run found out. */
export const KNOWN = ['yes', 'no', 'not known'] as const;
export type Known = (typeof KNOWN)[number];

/** What a server says of one search parameter or interaction, beside what it does. */
export interface HonestyRow {
  kind: 'parameter' | 'interaction';
  /** Resource type; `system` for interactions with the whole server. */
  type: string;
  /** Name of the search parameter, or code of the interaction. */
  name: string;
  /** In the CapabilityStatement. */
  declared: boolean;
  /** The self link names it where it was used; parameters only. */
  echoed?: Known;
  /** It makes a difference to what is found; parameters only. */
  filters?: Known;
  /** What it finds, or does, is what it should. */
  right: Known;
  /** Ids of the results that say so, the telling ones first. */
  results: readonly string[];
}

export interface Run {
  tool: { name: string; version: string };
  target: Target;
  mode: 'read-only' | 'write';
  /** ISO 8601 instant. */
  startedAt: string;
  durationMs: number;
  /** Number of HTTP requests sent to the target. */
  requests: number;
  summary: Summary;
  results: readonly Result[];
  /** Things the reader must know about the run as a whole: steps left out, limits reached. */
  notes: readonly string[];
  /** The work around the tests, in the order in which it was done. */
  steps?: readonly Step[];
  /** Declared, echoed, done: a row for each search parameter and interaction that was looked at. */
  honesty?: readonly HonestyRow[];
  /** Against an earlier run, where one was given: reports then show what changed, and only new failures count. */
  comparison?: Comparison;
}

/** Counts the verdicts of some results. */
export function summarize(results: readonly { verdict: Verdict }[]): Summary {
  const summary = Object.fromEntries(Object.values(VERDICTS).map((row) => [row.summaryKey, 0])) as Summary;
  for (const { verdict } of results) summary[VERDICTS[verdict].summaryKey] += 1;
  return summary;
}

/** The one rule for exit codes: 1 when a test failed, else 2 when a test could not be carried out, else 0. */
export function exitCodeOf(summary: Summary): 0 | 1 | 2 {
  if (summary.fail > 0) return 1;
  return summary.error > 0 ? 2 : 0;
}
