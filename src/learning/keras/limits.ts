/** What an imported model may hold at most, so that a hostile file costs no more than an honest one. */
export const kerasLimits = {
  /** Bytes of the file, and of what is unpacked from it. */
  fileBytes: 64 * 1024 * 1024,
  /** Bytes of the constants of the written graph, which may repeat a layer that is called several times. */
  constantBytes: 128 * 1024 * 1024,
  /** Calls of layers, those inside nested models counted each time. */
  layerCalls: 2_000,
  /** Numbers that one layer gives for one sample. */
  numbersPerSample: 4 * 1024 * 1024,
  /** How deep models, wrappers and the configuration may be nested. */
  depth: 16,
} as const;
