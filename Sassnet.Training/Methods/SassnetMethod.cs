using Sassnet.Model.Losses;
using Sassnet.Model.Networks;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Sassnet.Training.Methods;

/// <summary>
/// SASSNet (arXiv 2007.10732): the segmenter learns from labelled crops, and from unlabelled ones by making their signed distance maps look
/// to a discriminator like those of labelled crops; the discriminator learns to tell them apart.
/// </summary>
public sealed class SassnetMethod : TrainingMethod
{
    private readonly LossOptions _loss;

    /// <summary>Builds both networks and their optimizers, with weights drawn from torch's generator.</summary>
    /// <param name="options">The run's configuration.</param>
    /// <param name="precision">The data type of activations: Float32 or BFloat16.</param>
    /// <param name="device">The device to train on; null for the processor.</param>
    public SassnetMethod(TrainingOptions options, ScalarType precision, Device? device = null)
        : base(options, precision, device)
    {
        _loss = options.Loss;
        Discriminator = new Discriminator(options.Network.DiscriminatorFilters, options.Network.Dropout, options.Structures.Count).to(Device);
        DiscriminatorOptimizer = optim.Adam(Discriminator.parameters(), options.Optimizer.DiscriminatorLearningRate, beta1: 0.9, beta2: 0.99);
    }

    /// <summary>Tells the distance maps of labelled crops from those of unlabelled ones; of use in training only.</summary>
    public Discriminator Discriminator { get; }

    /// <summary>The discriminator's optimizer.</summary>
    public Adam DiscriminatorOptimizer { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, nn.Module> Networks =>
        new Dictionary<string, nn.Module>(base.Networks) { ["discriminator"] = Discriminator };

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, optim.Optimizer> Optimizers =>
        new Dictionary<string, optim.Optimizer>(base.Optimizers) { ["adam"] = DiscriminatorOptimizer };

    /// <summary>The generator's phase, then the discriminator's.</summary>
    protected override StepLosses Learn(TrainingStep trainingStep)
    {
        ArgumentNullException.ThrowIfNull(trainingStep);
        var adversarialWeight = _loss.AdversarialWeight * _loss.RampupAt(trainingStep.Iteration);
        Discriminator.eval();
        LetDiscriminatorLearn(false);
        var generator = trainingStep.Optimise(Optimizer, (crops, _) => GeneratorLosses(crops, adversarialWeight));

        Network.eval();
        Discriminator.train();
        LetDiscriminatorLearn(true);
        var discriminator = trainingStep.Optimise(DiscriminatorOptimizer, (crops, _) => DiscriminatorLosses(crops));
        return generator with { Parts = [.. generator.Parts, ("adversarialWeight", adversarialWeight), ("lossDiscriminator", discriminator.Total)] };
    }

    private PhaseLosses GeneratorLosses(CropTensors crops, double adversarialWeight)
    {
        var labelled = crops.LabelledCount;
        var (sdm, logits) = Network.forward(crops.Images);
        var (probability, maps) = (logits[..labelled].sigmoid(), sdm[..labelled]);
        var supervised = Supervised.Of("lossDice", of => DiceLoss.Mean(of(probability), of(crops.Masks)), of => mse_loss(of(maps), of(crops.Sdms)));
        var verdict = Discriminator.forward(sdm[labelled..].to(crops.Images.dtype), crops.Unlabelled);
        var adversarial = cross_entropy(verdict, Classes(verdict.shape[0], Discriminator.LabelledClass));
        return supervised.Plus(adversarialWeight, ("lossAdversarial", adversarial));
    }

    private PhaseLosses DiscriminatorLosses(CropTensors crops)
    {
        Tensor sdm;
        using (no_grad())
            (sdm, _) = Network.forward(crops.Images);
        var verdict = Discriminator.forward(sdm.to(crops.Images.dtype), crops.Images);
        var (labelled, unlabelled) = (crops.LabelledCount, verdict.shape[0] - crops.LabelledCount);
        return new PhaseLosses(
            cross_entropy(verdict, cat([Classes(labelled, Discriminator.LabelledClass), Classes(unlabelled, 1 - Discriminator.LabelledClass)])));
    }

    private Tensor Classes(long count, long value) => full([count], value, int64, device: Device);

    // In the generator's phase the gradients of the discriminator's weights would be computed for nothing.
    private void LetDiscriminatorLearn(bool learns)
    {
        foreach (var parameter in Discriminator.parameters())
            parameter.requires_grad = learns;
    }
}
