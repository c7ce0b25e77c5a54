import { HOUR, layer4, layer7, type Preset, SECOND } from "./preset.ts";

const ELB = "https://docs.aws.amazon.com/elasticloadbalancing/latest";

/** What stands in the path at Amazon. */
export const AWS: readonly Preset[] = [
  layer7("aws-alb", "AWS Application Load Balancer", {
    idle: 60 * SECOND,
    settable: "idle timeout, 1 s to 4000 s",
    connectionLifetime: HOUR,
    source: `${ELB}/application/edit-load-balancer-attributes.html`,
  }),
  layer4("aws-nlb", "AWS Network Load Balancer", {
    idle: 350 * SECOND,
    settable: "TCP idle timeout, 60 s to 6000 s; of a TLS listener it is fixed",
    source: `${ELB}/network/update-idle-timeout.html`,
  }),
  layer4("aws-gwlb", "AWS Gateway Load Balancer", {
    idle: 350 * SECOND,
    settable: "TCP idle timeout, 60 s to 6000 s",
    source: `${ELB}/gateway/update-idle-timeout.html`,
  }),
  layer4("aws-global-accelerator", "AWS Global Accelerator", {
    idle: 340 * SECOND,
    source:
      "https://docs.aws.amazon.com/global-accelerator/latest/dg/introduction-how-it-works.html",
  }),
  layer4("aws-nat-gateway", "AWS NAT gateway", {
    idle: 350 * SECOND,
    then: "reset",
    source:
      "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html",
  }),
  layer4("aws-privatelink", "AWS PrivateLink", {
    idle: 350 * SECOND,
    then: "reset",
    source:
      "https://aws.amazon.com/blogs/networking-and-content-delivery/implementing-long-running-tcp-connections-within-vpc-networking/",
  }),
  layer4("aws-ec2", "EC2 security group tracking", {
    idle: 432_000 * SECOND,
    settable: "TcpEstablishedTimeout of the interface, 60 s to 432000 s",
    source:
      "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html",
  }),
  layer4("aws-ec2-nitro-v6", "EC2 security group tracking, Nitro v6", {
    idle: 350 * SECOND,
    settable: "TcpEstablishedTimeout of the interface, 60 s to 432000 s",
    note: "It holds even where no load balancer is in the path.",
    source:
      "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html",
  }),
  layer4("aws-network-firewall", "AWS Network Firewall", {
    idle: 350 * SECOND,
    settable: "TCP idle timeout, 60 s to 6000 s",
    source:
      "https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-policy-settings.html",
  }),
];

const GCP_ALB = "https://cloud.google.com/load-balancing/docs/https";

/** What stands in the path at Google. */
export const GCP: readonly Preset[] = [
  layer7("gcp-alb", "Google Cloud ALB, to the backend", {
    idle: 600 * SECOND,
    silenceOf: "connection",
    source: `${GCP_ALB}#timeouts_and_retries`,
  }),
  layer7("gcp-alb-client", "Google Cloud ALB, from the client", {
    idle: 610 * SECOND,
    silenceOf: "connection",
    settable: "httpKeepAliveTimeoutSec, 5 s to 1200 s",
    source: `${GCP_ALB}#timeouts_and_retries`,
  }),
  layer7("gcp-backend-service", "Google Cloud backend service", {
    idle: Infinity,
    then: "reset",
    settable: "timeoutSec of the backend service, at most a day",
    streamLifetime: 30 * SECOND,
    source: "https://cloud.google.com/load-balancing/docs/backend-service",
  }),
  layer4("gcp-vpc", "Google Cloud VPC firewall", {
    idle: 600 * SECOND,
    source: "https://github.com/grpc/grpc-go/issues/536",
  }),
  layer4("gcp-cloud-nat", "Google Cloud NAT", {
    idle: 1_200 * SECOND,
    settable: "TCP established idle timeout",
    source: "https://cloud.google.com/nat/docs/tune-nat-configuration",
  }),
  layer7("gcp-cloud-run", "Google Cloud Run", {
    idle: Infinity,
    then: "reset",
    settable: "request timeout, at most an hour",
    streamLifetime: 300 * SECOND,
    source: "https://cloud.google.com/run/docs/configuring/request-timeout",
  }),
];

/** What stands in the path at Microsoft. */
export const AZURE: readonly Preset[] = [
  layer4("azure-load-balancer", "Azure Load Balancer", {
    idle: 240 * SECOND,
    settable: "idle timeout, 4 min to 100 min",
    note: "It is silent about it unless TCP reset is enabled.",
    source:
      "https://learn.microsoft.com/en-us/azure/load-balancer/load-balancer-tcp-reset",
  }),
  layer4("azure-nat-gateway", "Azure NAT gateway", {
    idle: 240 * SECOND,
    then: "reset",
    settable: "idle timeout, 4 min to 120 min",
    source:
      "https://learn.microsoft.com/en-us/azure/nat-gateway/nat-gateway-resource",
  }),
  layer7("azure-app-service", "Azure App Service", {
    idle: 230 * SECOND,
    then: "reset",
    source:
      "https://learn.microsoft.com/en-us/answers/questions/1465927/soap-api-request-timeout-in-production-environment",
  }),
  layer7("azure-container-apps", "Azure Container Apps", {
    idle: 240 * SECOND,
    then: "reset",
    settable: "requestIdleTimeout of a premium ingress, 4 min to 30 min",
    source: "https://github.com/microsoft/azure-container-apps/issues/113",
  }),
  layer7("azure-app-gateway", "Azure Application Gateway", {
    idle: 240 * SECOND,
    then: "reset",
    settable: "request timeout of the backend settings",
    source:
      "https://learn.microsoft.com/en-us/azure/application-gateway/application-gateway-faq",
  }),
];
