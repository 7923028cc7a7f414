namespace Sassnet.Training.Methods;

/// <summary>The figures of one training iteration; all losses are means over what they are taken of, without a unit.</summary>
/// <param name="Total">What the generator step minimised.</param>
/// <param name="Dice">Dice loss on the labelled crops, 0 to 1.</param>
/// <param name="Sdm">Mean squared error of the signed distance map on the labelled crops.</param>
/// <param name="Adversarial">Cross-entropy of the discriminator calling unlabelled crops labelled.</param>
/// <param name="AdversarialWeight">λ of this iteration.</param>
/// <param name="Discriminator">Cross-entropy of the discriminator's own step.</param>
public readonly record struct StepLosses(
    double Total, double Dice, double Sdm, double Adversarial, double AdversarialWeight, double Discriminator);
