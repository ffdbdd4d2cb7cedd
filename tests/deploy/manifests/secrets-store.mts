// SPDX-License-Identifier: MIT
// The one kind no package of types has: as much of secrets-store.csi.x-k8s.io/v1 as we may use.
export interface ISecretProviderClass {
  apiVersion: "secrets-store.csi.x-k8s.io/v1";
  kind: "SecretProviderClass";
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  spec: {
    provider: "aws" | "azure" | "gcp" | "vault";
    parameters: Record<string, string>;
    secretObjects?: {
      secretName: string;
      type: string;
      labels?: Record<string, string>;
      data: { objectName: string; key: string }[];
    }[];
  };
}
