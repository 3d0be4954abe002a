export interface IotHubMessageSourceSettings {
  /** The hub input whose messages count. */
  hubInputName: string;
}
