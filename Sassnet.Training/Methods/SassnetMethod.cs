using Sassnet.Model.Losses;
using Sassnet.Model.Networks;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Sassnet.Training.Methods;

/// <summary>
/// SASSNet (arXiv 2007.10732): the segmenter learns from labelled crops, and from unlabelled ones by making their signed distance maps look
/// to a discriminator like those of labelled crops; the discriminator learns to tell them apart.
/// </summary>
public sealed class SassnetMethod : IDisposable
{
    private readonly LossOptions _loss;
    private readonly ScalarType _precision;

    /// <summary>Builds both networks and their optimizers, with weights drawn from torch's generator.</summary>
    /// <param name="options">The run's configuration.</param>
    /// <param name="precision">The data type of activations: Float32 or BFloat16.</param>
    public SassnetMethod(TrainingOptions options, ScalarType precision)
    {
        ArgumentNullException.ThrowIfNull(options);
        _loss = options.Loss;
        _precision = precision;
        Network = new VNet(options.Network.Filters, options.Network.Dropout);
        Discriminator = new Discriminator(options.Network.DiscriminatorFilters, options.Network.Dropout);
        var sgd = options.Optimizer;
        Optimizer = optim.SGD(Network.parameters(), sgd.LearningRate, sgd.Momentum, weight_decay: sgd.WeightDecay);
        DiscriminatorOptimizer = optim.Adam(Discriminator.parameters(), sgd.DiscriminatorLearningRate, beta1: 0.9, beta2: 0.99);
    }

    /// <summary>The segmenter, which is what gets exported.</summary>
    public VNet Network { get; }

    /// <summary>The discriminator, of use in training only.</summary>
    public Discriminator Discriminator { get; }

    /// <summary>The segmenter's optimizer.</summary>
    public SGD Optimizer { get; }

    /// <summary>The discriminator's optimizer.</summary>
    public Adam DiscriminatorOptimizer { get; }

    /// <summary>The segmenter's learning rate, for all its parameters.</summary>
    public double LearningRate
    {
        get => Optimizer.ParamGroups.First().LearningRate;
        set
        {
            foreach (var group in Optimizer.ParamGroups)
                group.LearningRate = value;
        }
    }

    /// <summary>One iteration: the generator step, then the discriminator step.</summary>
    /// <param name="batch">Labelled and unlabelled crops.</param>
    /// <param name="iteration">Counted from 0; sets the weight of the adversarial loss.</param>
    /// <returns>The losses before the step's updates.</returns>
    public StepLosses Step(Batch batch, int iteration)
    {
        using var scope = NewDisposeScope();
        using var images = batch.ImageTensor().to(_precision);
        var labelled = batch.Labelled;
        var losses = GeneratorStep(batch, images, labelled, _loss.AdversarialWeightAt(iteration));
        return losses with { Discriminator = DiscriminatorStep(images, labelled) };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Optimizer.Dispose();
        DiscriminatorOptimizer.Dispose();
        Network.Dispose();
        Discriminator.Dispose();
    }

    private StepLosses GeneratorStep(Batch batch, Tensor images, int labelled, double adversarialWeight)
    {
        using var scope = NewDisposeScope();
        Network.train();
        Discriminator.eval();
        var (sdm, logits) = Network.forward(images);
        var dice = DiceLoss.Of(logits[..labelled].sigmoid(), batch.MaskTensor());
        var distance = mse_loss(sdm[..labelled], batch.SdmTensor());
        var verdict = Discriminator.forward(sdm[labelled..].to(_precision), images[labelled..]);
        var adversarial = cross_entropy(verdict, full([images.shape[0] - labelled], Discriminator.LabelledClass, int64));
        var total = dice + (_loss.SdmWeight * distance) + (adversarialWeight * adversarial);

        Optimizer.zero_grad();
        total.backward();
        Optimizer.step();
        return new StepLosses(Value(total), Value(dice), Value(distance), Value(adversarial), adversarialWeight, 0);
    }

    private double DiscriminatorStep(Tensor images, int labelled)
    {
        using var scope = NewDisposeScope();
        Tensor sdm;
        Network.eval();
        using (no_grad())
            (sdm, _) = Network.forward(images);
        Discriminator.train();
        var verdict = Discriminator.forward(sdm.to(_precision), images);
        var truth = full([labelled], Discriminator.LabelledClass, int64);
        var loss = cross_entropy(verdict, cat([truth, full([images.shape[0] - labelled], 1 - Discriminator.LabelledClass, int64)]));

        DiscriminatorOptimizer.zero_grad();
        loss.backward();
        DiscriminatorOptimizer.step();
        return Value(loss);
    }

    private static double Value(Tensor loss) => loss.item<float>();
}
