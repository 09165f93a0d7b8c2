/** Of its builds. Docker's word for it means nothing to Podman 4.3, which would give the steps this machine's own network. */
export const PODMAN_NO_NETWORK = 'NetworkDisabled';
