/** Opts a namespace or workload in (`enabled`); any other value on a workload takes it out. */
export const SCOPE_LABEL = 'kubemend.dev/scope';
