/** A 64-bit number of the wire. */
export interface Wide {
  toNumber(): number;
}

/** An attribute's value; `value` names the field that was sent, and is missing when none was. */
export interface AnyValue {
  readonly value?: string;
  readonly stringValue: string;
  readonly boolValue: boolean;
  readonly intValue: Wide;
  readonly doubleValue: number;
  readonly arrayValue: { readonly values: readonly AnyValue[] } | null;
  readonly kvlistValue: { readonly values: readonly KeyValue[] } | null;
}

/** One attribute. */
export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue | null;
}

/** Who sent it. */
export interface Resource {
  readonly attributes: readonly KeyValue[];
}

/** Log records of one sender. */
export interface ResourceLogs {
  readonly resource: Resource | null;
  readonly scopeLogs: readonly { readonly logRecords: readonly LogRecord[] }[];
}

/** One log record; times are nanoseconds since the epoch, 0 when not sent. */
export interface LogRecord {
  readonly timeUnixNano: Wide;
  readonly observedTimeUnixNano: Wide;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: AnyValue | null;
}

/** Spans of one sender. */
export interface ResourceSpans {
  readonly resource: Resource | null;
  readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
}

/** One span; ids are bytes, empty when not sent. */
export interface Span {
  readonly traceId: Uint8Array | readonly number[];
  readonly spanId: Uint8Array | readonly number[];
  readonly parentSpanId: Uint8Array | readonly number[];
  readonly kind: number;
  readonly startTimeUnixNano: Wide;
  readonly endTimeUnixNano: Wide;
  readonly attributes: readonly KeyValue[];
  readonly status: { readonly code: number } | null;
}

/** Metrics of one sender. */
export interface ResourceMetrics {
  readonly resource: Resource | null;
  readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[];
}

/** One metric; the field that `data` names holds its points. */
export interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly data?: string;
  readonly gauge: { readonly dataPoints: readonly NumberPoint[] } | null;
  readonly sum: {
    readonly dataPoints: readonly NumberPoint[];
    readonly aggregationTemporality: number;
    readonly isMonotonic: boolean;
  } | null;
  readonly histogram: { readonly dataPoints: readonly HistogramPoint[]; readonly aggregationTemporality: number } | null;
  readonly exponentialHistogram: { readonly dataPoints: readonly unknown[] } | null;
  readonly summary: { readonly dataPoints: readonly unknown[] } | null;
}

/** What all points share. */
export interface Point {
  readonly startTimeUnixNano: Wide;
  readonly timeUnixNano: Wide;
  readonly attributes: readonly KeyValue[];
  readonly flags: number;
}

/** A point with one number; `value` names the field that was sent. */
export interface NumberPoint extends Point {
  readonly value?: string;
  readonly asDouble: number;
  readonly asInt: Wide;
}

/** A point with counts by bucket; there is one bucket more than bounds. */
export interface HistogramPoint extends Point {
  readonly count: Wide;
  readonly bucketCounts: readonly Wide[];
  readonly explicitBounds: readonly number[];
}
