import { unsnapped } from './snappy.ts';

/** prometheus.WriteRequest of remote write 1.0, as far as it is read; what is not named is skipped. */
const proto = `
syntax = "proto3";
package remote_write;
message WriteRequest { repeated TimeSeries timeseries = 1; }
message TimeSeries { repeated Label labels = 1; repeated Sample samples = 2; repeated Unread histograms = 4; }
message Label { string name = 1; string value = 2; }
message Sample { double value = 1; int64 timestamp = 2; }
message Unread {}
`;

/** One series with its new samples; `timestamp` is epoch milliseconds, a NaN says that the series is gone. */
export interface WrittenSeries {
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  readonly samples: readonly { readonly value: number; readonly timestamp: { toNumber(): number } }[];
  readonly histograms: readonly unknown[];
}

/** Reads a body; throws for one that is no snappy block with a WriteRequest in it, or is larger than allowed. */
export type ReadWriteRequest = (body: Uint8Array) => readonly WrittenSeries[];

/** Loads the libraries that read snappy and protocol buffers. */
export async function loadWriteRequest(maxBytes: number): Promise<ReadWriteRequest> {
  const [{ parse }, snappy] = await Promise.all([import('protobufjs'), import('snappyjs')]);
  const type = parse(proto).root.lookupType('remote_write.WriteRequest');
  return (body) => type.decode(unsnapped(body, maxBytes, snappy.uncompress)).timeseries;
}
