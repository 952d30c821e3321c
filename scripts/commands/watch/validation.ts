/** The guide after each edit in, what the official validator says of it out, in the background: it stays warm and looks only at what an edit touches. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localReference, type Resource } from '../../core/fhir';
import type { Finding } from '../../core/finding';
import { KnownError } from '../../core/known-error';
import type { OpenedValidator } from '../../validate/official/open-official-validator';
import { validateResources } from '../../validate/validate-resources';
import { touchedResources } from '../../watch/touched';

/** All that the validator is asked about. */
export interface Judgeable {
  readonly definitions: readonly Resource[];
  readonly examples: readonly Resource[];
}

export type ValidationState = { readonly state: 'starting' } | { readonly state: 'checking'; readonly resources: number } | { readonly state: 'done' } | { readonly state: 'off'; readonly why: string };

export interface ValidationOptions {
  /** Starts the validator with the guide as it is now. */
  readonly open: () => Promise<OpenedValidator>;
  /** Told of every change; `findings` by `Type/id`, of everything judged so far and still there. */
  readonly onState: (state: ValidationState, findings: ReadonlyMap<string, readonly Finding[]>) => void;
  /** Leaves out what means nothing. */
  readonly sift: (findings: readonly Finding[]) => readonly Finding[];
}

export interface Validation {
  /** The guide as it is now; an earlier one that waits is forgotten. */
  update(guide: Judgeable): void;
  /** Resolves when the last guide given has been judged, or the validator is off. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export function startValidation({ open, onState, sift }: ValidationOptions): Validation {
  const folder = mkdtempSync(join(tmpdir(), 'scout-watch-definitions-'));
  const findings = new Map<string, readonly Finding[]>();
  let validator: OpenedValidator | undefined;
  let wanted: Judgeable | undefined;
  let judged: Judgeable | undefined;
  let loads = 0;
  let closed = false;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    try {
      while (!closed && wanted !== undefined && wanted !== judged) await judge(wanted);
    } catch (error) {
      if (closed) return;
      await validator?.close();
      [validator, judged, wanted] = [undefined, undefined, undefined];
      findings.clear();
      onState({ state: 'off', why: error instanceof KnownError ? error.sentences : String(error) }, findings);
    }
  }

  async function judge(guide: Judgeable): Promise<void> {
    if (validator === undefined) {
      onState({ state: 'starting' }, findings);
      validator = await open();
      if (closed) return void (await validator.close());
    }
    const touched = touchedResources(judged, guide);
    // Which state of the guide it was started with is not known for sure, so that the first time it is given all definitions too.
    if (touched.definitions.length > 0) await validator.service.loadGuide(written(touched.definitions));
    onState({ state: 'checking', resources: touched.judged.length }, findings);
    const found = await validateResources(validator, touched.judged.map((resource) => ({ resource })));
    // What was said of a resource that has changed since is forgotten; the next round judges it.
    const newest = wanted === undefined ? guide : wanted;
    const there = new Map([...newest.definitions, ...newest.examples].map((resource) => [localReference(resource), resource]));
    for (const reference of findings.keys()) if (!there.has(reference)) findings.delete(reference);
    for (const resource of touched.judged) {
      const reference = localReference(resource) ?? '';
      const same = JSON.stringify(there.get(reference)) === JSON.stringify(resource);
      if (same) findings.set(reference, sift(found.filter(({ location }) => location?.resource === reference)));
      else findings.delete(reference);
    }
    judged = guide;
    if (wanted === guide) onState({ state: 'done' }, findings);
  }

  function written(definitions: readonly Resource[]): string {
    const place = join(folder, String(++loads));
    mkdirSync(place);
    for (const resource of definitions) writeFileSync(join(place, `${resource.resourceType}-${resource.id ?? 'unnamed'}.json`), JSON.stringify(resource));
    return place;
  }

  return {
    update: (guide) => {
      wanted = guide;
      running ??= run().finally(() => (running = undefined));
    },
    settled: async () => {
      while (running !== undefined) await running;
    },
    close: async () => {
      closed = true;
      await validator?.close();
      await running;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
