/** Small FSH projects for tests, in folders of their own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const CONFIG = `id: test.project
canonical: https://example.org/test
name: TestProject
status: draft
version: 1.2.3
fhirVersion: 4.0.1
copyrightYear: 2026+
releaseLabel: ci-build
dependencies:
  hl7.terminology.r4: 7.0.1
  hl7.fhir.uv.extensions.r4: 5.3.0-ballot-tc1
menu:
  Home: index.html
`;

export interface FshProject {
  root: string;
  out: string;
  write: (path: string, text: string) => void;
  remove: () => void;
}

/** A project with a configuration and the files given by path. */
export function fshProject(files: Readonly<Record<string, string>>): FshProject {
  const root = mkdtempSync(join(tmpdir(), 'scout-project-'));
  const write = (path: string, text: string) => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  for (const [path, text] of Object.entries({ 'sushi-config.yaml': CONFIG, ...files })) write(path, text);
  return { root, out: join(root, 'output'), write, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Makes such projects for one test file; they are removed after its last test. */
export function fshProjects(): (files?: Readonly<Record<string, string>>) => FshProject {
  const made: FshProject[] = [];
  afterAll(() => made.forEach(({ remove }) => remove()));
  return (files = {}) => {
    const project = fshProject(files);
    made.push(project);
    return project;
  };
}

export const PROFILE = `Profile: NamedPatient
Parent: Patient
* name 1..*
`;

export const EXAMPLE = `Instance: someone
InstanceOf: NamedPatient
Usage: #example
* name.family = "Doe"
`;
