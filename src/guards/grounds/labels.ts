/** Stops every act on the namespace, node, workload or pod that carries it (any value but `false`). */
export const PAUSE_LABEL = 'kubemend.dev/pause';
/** Keeps kubemend's hands off the object that carries it (any value but `false`). */
export const PROTECT_LABEL = 'kubemend.dev/protect';
/** A ConfigMap of this name in kubemend's own namespace pauses the whole cluster. */
export const PAUSE_CONFIG_MAP = 'kubemend-pause';
