/** The files of a scenario folder in, FHIR resources, bad examples and findings out: the whole generator as one pure function. */
import type { Finding } from '../core/finding';
import { isError } from '../core/finding';
import type { Meta, Reference, Resource } from '../core/fhir';
import { readBadExamples, type BadExample } from './bad-examples';
import { NO_CODES, type Vocabulary } from './code-entry';
import { prune } from './prune';
import { readRecords, type RecordNode } from './record';
import { givenFields, type CommonRecord, type StudyRecord } from './record-fields';
import { readObject } from './read-value';
import { referencedFirst } from './reference-order';
import { readVocabulary } from './read-vocabulary';
import { readScenarioFiles, type ScenarioFiles } from './scenario-files';
import { readSettings, type Settings } from './settings';
import { mistake } from './source-text';
import { modelStudies } from './study-models';
import { isPartial, openTemplates, readTemplate, type Template } from './template';
import { parseYaml } from './yaml-tree';

export interface GeneratedResource {
  readonly resource: Resource;
  /** The scenario file that it comes from. */
  readonly file: string;
}

export interface GeneratedSet {
  /** Referenced resources stand before those that refer to them. */
  readonly resources: readonly GeneratedResource[];
  readonly bad: readonly BadExample[];
  readonly findings: readonly Finding[];
  readonly seed: number;
}

/** A record with its values read. */
interface ReadRecord extends RecordNode {
  readonly values: CommonRecord & Record<string, unknown>;
  /** The references among the values, to be given their displays. */
  readonly references: readonly Reference[];
}

/** Reads a scenario folder and generates from it. @throws KnownError `no-scenarios` */
export function generateExamples({ scenarioDir, seed }: { scenarioDir: string; seed?: number }): GeneratedSet {
  return generateFromFiles(readScenarioFiles(scenarioDir), seed);
}

/** The same over texts at hand: equal texts and an equal seed give an equal set. */
export function generateFromFiles(files: ScenarioFiles, chosenSeed?: number): GeneratedSet {
  const { settings, findings: settingsFindings } = readSettings(files.settings);
  const seed = chosenSeed ?? settings.seed;
  const codes = files.codes === undefined ? { findings: [] } : parseYaml(files.codes);
  const { vocabulary, findings: codeFindings } = codes.tree === undefined ? { vocabulary: NO_CODES, findings: [] } : readVocabulary(codes.tree);
  const findings: Finding[] = [...settingsFindings, ...codes.findings, ...codeFindings];
  const templates = readTemplates(files, findings);
  const { records: nodes, findings: recordFindings } = readRecords(files.scenarios, [...templates.keys()].sort());
  findings.push(...recordFindings);
  const records = readValues(nodes, templates, vocabulary, findings);
  const resources = render(records, templates, settings, vocabulary, seed, findings);
  const { bad, findings: badFindings } = findings.some(isError) ? { bad: [], findings: [] } : readBadExamples(files.bad, resources.map(({ resource }) => resource));
  return { resources: referencedFirst(resources), bad, findings: [...findings, ...badFindings], seed };
}

function readTemplates(files: ScenarioFiles, findings: Finding[]): Map<string, Template> {
  const { set, findings: partialFindings } = openTemplates(files.templates.filter(({ file }) => isPartial(file)));
  findings.push(...partialFindings);
  const templates = new Map<string, Template>();
  for (const source of files.templates.filter(({ file }) => !isPartial(file))) {
    const type = /([^/\\]+)\.hbs$/.exec(source.file)?.[1] ?? source.file;
    const { template, findings: found } = readTemplate(type, source, givenFields(type), set);
    findings.push(...found);
    if (template !== undefined) templates.set(type, template);
  }
  return templates;
}

function readValues(nodes: readonly RecordNode[], templates: ReadonlyMap<string, Template>, vocabulary: Vocabulary, findings: Finding[]): ReadRecord[] {
  const ids = new Map<string, Set<string>>();
  for (const { type, id } of nodes) ids.set(type, (ids.get(type) ?? new Set()).add(id));
  const records = nodes.flatMap((node): ReadRecord[] => {
    const template = templates.get(node.type);
    const before = findings.length;
    const references: Reference[] = [];
    const reading = { vocabulary, findings, path: '', resource: `${node.type}/${node.id}`, records: ids, references };
    const values = template && readObject(template.shape, node.node, reading);
    return values === undefined || findings.length > before ? [] : [{ ...node, values: values as ReadRecord['values'], references }];
  });
  fillDisplays(records, templates);
  return records;
}

/** Gives each reference the display of its target; a target's display may itself stand on the displays of its references. */
function fillDisplays(records: readonly ReadRecord[], templates: ReadonlyMap<string, Template>): void {
  const byReference = new Map(records.map((record) => [`${record.type}/${record.id}`, record]));
  const displays = new Map<ReadRecord, string>();
  const fill = (record: ReadRecord): string => {
    const known = displays.get(record);
    if (known !== undefined) return known;
    // Set before its references are followed: records that refer to each other in a ring end here.
    displays.set(record, '');
    for (const reference of record.references) {
      const target = byReference.get(reference.reference ?? '');
      const display = target === undefined ? '' : fill(target);
      if (display !== '') reference.display = display;
    }
    const display = templates.get(record.type)?.display(record.values) ?? '';
    displays.set(record, display);
    return display;
  };
  records.forEach(fill);
}

function render(records: readonly ReadRecord[], templates: ReadonlyMap<string, Template>, settings: Settings, vocabulary: Vocabulary, seed: number, findings: Finding[]): GeneratedResource[] {
  const studies = records.filter(({ type }) => type === 'ImagingStudy').map((record) => ({ place: record.node.place, study: record.values as unknown as StudyRecord }));
  const { models, findings: modelFindings } = modelStudies(studies, seed, vocabulary);
  findings.push(...modelFindings);
  return records.flatMap((record): GeneratedResource[] => {
    const { type, id, values, file, node } = record;
    const template = templates.get(type);
    const model = type === 'ImagingStudy' ? models.get(id) : {};
    if (template === undefined || model === undefined) return [];
    const rendered = template.render({ ...values, ...model });
    if ('elements' in rendered) return [{ file, resource: withHead(headOf(type, values, settings), rendered.elements) }];
    const { code, message, line, column = 1 } = rendered;
    const from = `Record ${type}/${id} (${file}, line ${node.place.line})`;
    findings.push(mistake(code, `${from}: ${message}.`, { file: template.file, line, column }, `${type}/${id}`));
    return [];
  });
}

/** What every resource begins with, from its record and not from its template. */
function headOf(resourceType: string, { id, claimsProfile, tag, security, sourceSystem, lastUpdated }: CommonRecord, settings: Settings): Resource {
  const profile = claimsProfile ? settings.profiles.get(resourceType) : undefined;
  const meta = prune({ lastUpdated, source: sourceSystem, profile: [profile], security, tag }) as Meta | undefined;
  return { resourceType, id, ...(meta === undefined ? {} : { meta }) };
}

/** Type and id are the record's, whatever the template writes. */
function withHead(head: Resource, elements: Record<string, unknown>): Resource {
  return { ...head, ...elements, ...head };
}

