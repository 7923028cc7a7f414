using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sassnet.Model.Networks;

/// <summary>
/// The V-Net of SASSNet (Li, Zhang, He; MICCAI 2020, arXiv 2007.10732): five levels, skip connections by addition, and two heads,
/// the normalised signed distance map and the segmentation's logits. Its <c>state_dict</c> keys are those of the published checkpoints.
/// </summary>
public sealed class VNet : nn.Module<Tensor, (Tensor Sdm, Tensor Logits)>
{
    /// <summary>Every axis of an input must be a multiple of this: four halvings.</summary>
    public const int SizeMultiple = 16;

    /// <summary>
    /// The fewest channels that a network may have: convolutions of a single one LibTorch 2.10 gets wrong on processors with AVX-512, in the gradient of their
    /// input and in bfloat16 (the probe is MixedPrecisionTests).
    /// </summary>
    public const int MinFilters = 2;

    /// <summary>The most channels that its first level may have, 16 times as many as the paper's network has.</summary>
    public const int MaxFilters = 256;

    [ComponentName(Name = "block_one")]
    private readonly ConvolutionStage _blockOne;
    [ComponentName(Name = "block_one_dw")]
    private readonly ConvolutionStage _blockOneDown;
    [ComponentName(Name = "block_two")]
    private readonly ConvolutionStage _blockTwo;
    [ComponentName(Name = "block_two_dw")]
    private readonly ConvolutionStage _blockTwoDown;
    [ComponentName(Name = "block_three")]
    private readonly ConvolutionStage _blockThree;
    [ComponentName(Name = "block_three_dw")]
    private readonly ConvolutionStage _blockThreeDown;
    [ComponentName(Name = "block_four")]
    private readonly ConvolutionStage _blockFour;
    [ComponentName(Name = "block_four_dw")]
    private readonly ConvolutionStage _blockFourDown;
    [ComponentName(Name = "block_five")]
    private readonly ConvolutionStage _blockFive;
    [ComponentName(Name = "block_five_up")]
    private readonly ConvolutionStage _blockFiveUp;
    [ComponentName(Name = "block_six")]
    private readonly ConvolutionStage _blockSix;
    [ComponentName(Name = "block_six_up")]
    private readonly ConvolutionStage _blockSixUp;
    [ComponentName(Name = "block_seven")]
    private readonly ConvolutionStage _blockSeven;
    [ComponentName(Name = "block_seven_up")]
    private readonly ConvolutionStage _blockSevenUp;
    [ComponentName(Name = "block_eight")]
    private readonly ConvolutionStage _blockEight;
    [ComponentName(Name = "block_eight_up")]
    private readonly ConvolutionStage _blockEightUp;
    [ComponentName(Name = "block_nine")]
    private readonly ConvolutionStage _blockNine;
    [ComponentName(Name = "out_conv")]
    private readonly Conv3d _sdmHead;
    [ComponentName(Name = "out_conv2")]
    private readonly Conv3d _segmentationHead;
    private readonly double _dropout;
    private readonly bool _detachSdmHead;

    /// <summary>Builds a network with randomly initialised weights.</summary>
    /// <param name="filters">Channels of the first level; level k has filters·2^k; at least <see cref="MinFilters"/>. The paper uses 16.</param>
    /// <param name="dropout">Probability of dropping a whole channel after level five and before the heads, while training; 0 ≤ p &lt; 1.</param>
    /// <param name="detachSdmHead">
    /// Whether no gradient passes from the distance map's head into the network: the head then learns to read the features of a plain V-Net
    /// without shaping them.
    /// </param>
    /// <param name="classes">Structures to tell from the background, each with a channel of its own in both heads.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public VNet(int filters = 16, double dropout = 0.5, bool detachSdmHead = false, int classes = 1)
        : base(nameof(VNet))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(filters, MinFilters);
        ArgumentOutOfRangeException.ThrowIfNegative(dropout);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(dropout, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        _dropout = dropout;
        _detachSdmHead = detachSdmHead;
        Filters = filters;
        Classes = classes;

        _blockOne = ConvolutionStage.Same("block_one", 1, 1, filters);
        _blockOneDown = ConvolutionStage.Down("block_one_dw", filters, filters * 2);
        _blockTwo = ConvolutionStage.Same("block_two", 2, filters * 2, filters * 2);
        _blockTwoDown = ConvolutionStage.Down("block_two_dw", filters * 2, filters * 4);
        _blockThree = ConvolutionStage.Same("block_three", 3, filters * 4, filters * 4);
        _blockThreeDown = ConvolutionStage.Down("block_three_dw", filters * 4, filters * 8);
        _blockFour = ConvolutionStage.Same("block_four", 3, filters * 8, filters * 8);
        _blockFourDown = ConvolutionStage.Down("block_four_dw", filters * 8, filters * 16);
        _blockFive = ConvolutionStage.Same("block_five", 3, filters * 16, filters * 16);
        _blockFiveUp = ConvolutionStage.Up("block_five_up", filters * 16, filters * 8);
        _blockSix = ConvolutionStage.Same("block_six", 3, filters * 8, filters * 8);
        _blockSixUp = ConvolutionStage.Up("block_six_up", filters * 8, filters * 4);
        _blockSeven = ConvolutionStage.Same("block_seven", 3, filters * 4, filters * 4);
        _blockSevenUp = ConvolutionStage.Up("block_seven_up", filters * 4, filters * 2);
        _blockEight = ConvolutionStage.Same("block_eight", 2, filters * 2, filters * 2);
        _blockEightUp = ConvolutionStage.Up("block_eight_up", filters * 2, filters);
        _blockNine = ConvolutionStage.Same("block_nine", 1, filters, filters);
        _sdmHead = nn.Conv3d(filters, classes, 1L);
        _segmentationHead = nn.Conv3d(filters, classes, 1L);
        RegisterComponents();
    }

    /// <summary>Channels of the first level.</summary>
    public int Filters { get; }

    /// <summary>Structures told from the background.</summary>
    public int Classes { get; }

    /// <summary>Where its weights are.</summary>
    public Device Device => _segmentationHead.weight!.device;

    /// <summary>Predicts both maps. The heads answer in float32 whatever the input's data type; the stages compute in the input's.</summary>
    /// <param name="input">Normalised images, (N, 1, X, Y, Z), each axis a multiple of <see cref="SizeMultiple"/>; float32 or bfloat16.</param>
    /// <returns>Of each structure the Sdm in [−1, 1], negative inside (tanh), and the logits of its voxels (decision 9: a sigmoid each); both (N, classes, X, Y, Z), float32.</returns>
    public override (Tensor Sdm, Tensor Logits) forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var one = _blockOne.forward(input);
        var two = _blockTwo.forward(_blockOneDown.forward(one));
        var three = _blockThree.forward(_blockTwoDown.forward(two));
        var four = _blockFour.forward(_blockThreeDown.forward(three));
        var five = Drop(_blockFive.forward(_blockFourDown.forward(four)));

        var six = _blockSix.forward(_blockFiveUp.forward(five) + four);
        var seven = _blockSeven.forward(_blockSixUp.forward(six) + three);
        var eight = _blockEight.forward(_blockSevenUp.forward(seven) + two);
        var nine = Drop(_blockNine.forward(_blockEightUp.forward(eight) + one));

        // In bfloat16 the gradient of a 16-to-1 convolution reads memory that nobody wrote (LibTorch 2.10); in float32 it does not.
        nine = nine.to(ScalarType.Float32);
        var sdm = MixedPrecision.Apply(_sdmHead, _detachSdmHead ? nine.detach() : nine).tanh();
        var logits = MixedPrecision.Apply(_segmentationHead, nine);
        return (sdm.MoveToOuterDisposeScope(), logits.MoveToOuterDisposeScope());
    }

    private Tensor Drop(Tensor x) => training && _dropout > 0 ? nn.functional.dropout3d(x, _dropout, training: true) : x;
}
