/** Looks into and changes pod templates as JSON, without touching what is not named. */
import type { Json } from '../../core/model/write.ts';

/** The fields of a JSON object. */
export type JsonFields = Readonly<Record<string, Json>>;

/** The fields of a JSON object; none when the value is something else. */
export function fieldsOf(json: Json | undefined): JsonFields {
  return isFields(json) ? json : {};
}

/** The template with one more annotation on its pods. */
export function annotated(template: Json, key: string, value: string): Json {
  const { metadata, ...rest } = fieldsOf(template);
  const { annotations, ...others } = fieldsOf(metadata);
  return { ...rest, metadata: { ...others, annotations: { ...fieldsOf(annotations), [key]: value } } };
}

/** The main container of this name in a template; undefined when it has none. */
export function containerIn(template: Json, name: string): JsonFields | undefined {
  return containersOf(template)
    .map(fieldsOf)
    .find((container) => container.name === name);
}

/** The template with other resources for the main container of this name. */
export function withResources(template: Json, name: string, resources: Json): Json {
  const { spec, ...rest } = fieldsOf(template);
  const containers = containersOf(template).map((container) =>
    fieldsOf(container).name === name ? { ...fieldsOf(container), resources } : container,
  );
  return { ...rest, spec: { ...fieldsOf(spec), containers } };
}

function containersOf(template: Json): readonly Json[] {
  const { containers } = fieldsOf(fieldsOf(template).spec);
  return Array.isArray(containers) ? containers : [];
}

function isFields(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
