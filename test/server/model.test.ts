/** Any sequence of writes and searches leaves the server agreeing with a plain map of resources. */
import fc from 'fast-check';
import type { Resource } from '../../scripts/core/fhir';
import { createClient, resourceOf, type Client } from './client';

interface Model {
  /** Current modality of each study; undefined for a deleted one. */
  studies: Map<string, string | undefined>;
  versions: Map<string, number>;
}

const study = (id: string | undefined, modality: string): Resource => ({ resourceType: 'ImagingStudy', ...(id === undefined ? {} : { id }), status: 'available', subject: { reference: 'Patient/1' }, series: [{ uid: '1.2', modality: { code: modality } }] });
const id = fc.constantFrom('a', 'b', 'c', 'd');
const modality = fc.constantFrom('CT', 'MR', 'US');

class Create implements fc.Command<Model, Client> {
  constructor(readonly modality: string) {}
  check = () => true;
  run(model: Model, client: Client): void {
    const response = client.send('POST', 'ImagingStudy', study('ignored', this.modality));
    expect(response.status).toBe(201);
    const { id: given = '' } = resourceOf(response);
    expect(model.versions.has(given)).toBe(false);
    model.studies.set(given, this.modality);
    model.versions.set(given, 1);
  }
  toString = () => `create ${this.modality}`;
}

class Update implements fc.Command<Model, Client> {
  constructor(readonly id: string, readonly modality: string, readonly stale: boolean) {}
  check = () => true;
  run(model: Model, client: Client): void {
    const version = model.versions.get(this.id) ?? 0;
    const exists = model.studies.get(this.id) !== undefined;
    const response = client.send('PUT', `ImagingStudy/${this.id}`, study(this.id, this.modality), this.stale ? { 'if-match': `W/"${version + 5}"` } : {});
    expect(response.status).toBe(this.stale ? 412 : exists ? 200 : 201);
    if (this.stale) return;
    expect(response.headers.etag).toBe(`W/"${version + 1}"`);
    model.studies.set(this.id, this.modality);
    model.versions.set(this.id, version + 1);
  }
  toString = () => `update ${this.id} ${this.modality}${this.stale ? ' stale' : ''}`;
}

class Delete implements fc.Command<Model, Client> {
  constructor(readonly id: string) {}
  check = () => true;
  run(model: Model, client: Client): void {
    expect(client.send('DELETE', `ImagingStudy/${this.id}`).status).toBe(204);
    if (model.studies.get(this.id) === undefined) return;
    model.studies.set(this.id, undefined);
    model.versions.set(this.id, (model.versions.get(this.id) ?? 0) + 1);
  }
  toString = () => `delete ${this.id}`;
}

class Transaction implements fc.Command<Model, Client> {
  constructor(readonly writes: readonly (readonly [string, string])[], readonly fails: boolean) {}
  check = () => true;
  run(model: Model, client: Client): void {
    const entry = this.writes.map(([study_, code]) => ({ resource: study(study_, code), request: { method: 'PUT', url: `ImagingStudy/${study_}` } }));
    const broken = { request: { method: 'GET', url: 'ImagingStudy/never-there' } };
    const response = client.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: this.fails ? [...entry, broken] : entry });
    expect(response.status).toBe(this.fails ? 404 : 200);
    if (this.fails) return;
    for (const [study_, code] of this.writes) {
      model.studies.set(study_, code);
      model.versions.set(study_, (model.versions.get(study_) ?? 0) + 1);
    }
  }
  toString = () => `transaction ${this.writes.map((pair) => pair.join('=')).join(' ')}${this.fails ? ' fails' : ''}`;
}

class Look implements fc.Command<Model, Client> {
  constructor(readonly modality: string, readonly count: number) {}
  check = () => true;
  run(model: Model, client: Client): void {
    const expected = [...model.studies].filter(([, code]) => code === this.modality).map(([key]) => key);
    expect(client.ids(`ImagingStudy?modality=${this.modality}&_count=${this.count}`).toSorted()).toEqual(expected.toSorted());
    expect(client.bundle(`ImagingStudy?modality:not=${this.modality}`).total).toBe([...model.studies.values()].filter((code) => code !== undefined && code !== this.modality).length);
    for (const [key, code] of model.studies) {
      const read = client.send('GET', `ImagingStudy/${key}`);
      expect(read.status).toBe(code === undefined ? 410 : 200);
      expect(read.headers.etag).toBe(`W/"${model.versions.get(key)}"`);
      expect(client.bundle(`ImagingStudy/${key}/_history?_count=0`).total).toBe(model.versions.get(key));
    }
  }
  toString = () => `look ${this.modality} by ${this.count}`;
}

test('the server agrees with a map of resources after any sequence of requests', () => {
  const writes = fc.uniqueArray(fc.tuple(id, modality), { selector: ([key]) => key, minLength: 1, maxLength: 4 });
  const commands = [
    modality.map((code) => new Create(code)),
    fc.tuple(id, modality, fc.boolean()).map(([key, code, stale]) => new Update(key, code, stale)),
    id.map((key) => new Delete(key)),
    fc.tuple(writes, fc.boolean()).map(([pairs, fails]) => new Transaction(pairs, fails)),
    fc.tuple(modality, fc.integer({ min: 1, max: 5 })).map(([code, count]) => new Look(code, count)),
  ];
  fc.assert(
    fc.property(fc.commands(commands, { maxCommands: 30 }), (sequence) => {
      fc.modelRun(() => ({ model: { studies: new Map(), versions: new Map() }, real: createClient({ resources: [] }) }), [...sequence, new Look('CT', 2)]);
    }),
    { numRuns: 60 },
  );
});
