export interface IotHubMessageSinkSettings {
  /** The hub output that events go to. */
  hubOutputName: string;
}
