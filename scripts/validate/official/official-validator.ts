/** A running validator service in, a Validator out: resources go to it in Bundles, its answers come back as findings of each. */
import type { Finding } from '../../core/finding';
import { textOf } from '../given-resource';
import type { LinkedResource } from '../references';
import type { ResourceFinding, Validator } from '../validator';
import { BATCH_LIMITS, makeBatches, type Batch, type BatchLimits } from './batches';
import { bundleHusk } from './bundle-husk';
import { withProfiles } from './claim-profile';
import { DUPLICATE, entryFindings, loneFindings } from './outcome-findings';
import type { JudgeOptions, ValidatorService } from './service';

export interface OfficialOptions {
  /** What it calls itself in reports. */
  readonly description: string;
  readonly limits?: BatchLimits;
  /** Milliseconds for a call of so many characters. */
  readonly timeoutMs?: (characters: number) => number;
}

/** A study of 5000 instances is a million characters and takes 11 s on an idle machine. */
function patience(characters: number): number {
  return 120_000 + Math.round(characters / 5);
}

export function officialValidator(service: ValidatorService, { description, limits = BATCH_LIMITS, timeoutMs = patience }: OfficialOptions): Validator {
  return {
    description,
    close: () => service.close(),
    async validate(set, { profiles = [], progress, signal }) {
      const texts = set.map(({ given }) => ({ ...textOf(given), type: given.resource.resourceType }));
      const sizeOf = (index: number) => texts[index]?.text.length ?? 0;
      const profilesOf = (index: number) => profiles.filter(({ type }) => type === texts[index]?.type).map(({ url }) => url);
      const judge = (document: string, label: string, how: Pick<JudgeOptions, 'format' | 'profiles'> = { format: 'json' }) =>
        service.judge(document, { ...how, label, timeoutMs: timeoutMs(document.length), ...(signal && { signal }) });
      const findings: ResourceFinding[] = [];
      let done = 0;
      const report = (index: number, found: readonly Finding[]) => found.forEach((finding) => findings.push({ index, finding }));
      const finished = (count: number) => progress?.step((done += count));

      const alone = (index: number) => texts[index]?.format === 'xml' || set[index]?.given.entriesGiven === true;
      const indexes = [...set.keys()];
      for (const batch of makeBatches(set, indexes.filter((index) => !alone(index)), sizeOf, limits)) {
        const found = await judgeBatch(batch);
        if (found !== undefined) found.forEach((one) => findings.push(one));
        else for (const index of batch.focus) report(index, await judgeAlone(index));
        finished(batch.focus.length);
      }
      for (const index of indexes.filter(alone)) {
        report(index, await judgeAlone(index));
        finished(1);
      }
      return findings;

      /** Undefined where the validator failed over the Bundle, so that one resource in it keeps the others from being judged. */
      async function judgeBatch({ focus, context }: Batch): Promise<ResourceFinding[] | undefined> {
        const members = [...focus, ...context];
        const entries = members.map((index) => `{"fullUrl":${JSON.stringify(set[index]?.fullUrl)},"resource":${prepared(index)}}`);
        const document = `{"resourceType":"Bundle","type":"collection","entry":[\n${entries.join(',\n')}\n]}`;
        const { digested, outcome } = await judge(document, labelOf(set, focus));
        const found = digested ? entryFindings(outcome, members.map((index) => texts[index]?.type ?? '')) : undefined;
        return found?.flatMap(({ entry, finding }): ResourceFinding[] => {
          const index = focus[entry];
          return index === undefined ? [] : [{ index, finding }];
        });
      }

      async function judgeAlone(index: number): Promise<Finding[]> {
        const given = set[index]?.given;
        if (given === undefined) return [];
        const { format } = textOf(given);
        // XML is not looked into, so profiles cannot be claimed in it; where it goes alone, they can be asked for.
        const { digested, outcome } = await judge(prepared(index), labelOf(set, [index]), format === 'xml' ? { format, profiles: profilesOf(index) } : { format });
        const found = loneFindings(outcome);
        if (!digested) return [notDigested(found)];
        if (format === 'xml') return found;
        // Its line is of the text that was sent; the path finds the one in the file.
        const placed = found
          .filter(({ code }) => code !== DUPLICATE)
          .map(({ location, ...rest }): Finding => ({ ...rest, location: location?.path === undefined ? {} : { path: location.path } }));
        return given.entriesGiven === true ? placed.filter(({ location }) => !/^Bundle\.entry\[\d+\]\.resource/.test(location?.path ?? '')) : placed;
      }

      /** What is sent for a resource. */
      function prepared(index: number): string {
        const given = set[index]?.given;
        const { text, format } = texts[index] ?? { text: '', format: 'json' };
        if (given === undefined || format === 'xml') return text;
        if (given.entriesGiven === true) return bundleHusk(given);
        return withProfiles(text, profilesOf(index));
      }
    },
  };
}

/** A resource over which the validator itself fails is not proven wrong, but not right either. */
function notDigested(found: readonly Finding[]): Finding {
  const said = found.map(({ message }) => message).join('; ');
  return { severity: 'fatal', code: 'not-digested', message: `The validator failed over this resource: ${said}`, source: 'hl7-validator' };
}

function labelOf(set: readonly LinkedResource[], indexes: readonly number[]): string {
  const given = set[indexes[0] ?? 0]?.given;
  const first = given?.file ?? `${given?.resource.resourceType}/${given?.resource.id}`;
  return indexes.length === 1 ? first : `${indexes.length} resources, the first from ${first}`;
}

