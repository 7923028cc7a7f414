using System.Runtime.Serialization;

namespace Sassnet.Training.Configuration;

/// <summary>How the network learns. Every method trains the same V-Net with the same data, schedule and checkpoints.</summary>
public enum MethodKind
{
    /// <summary>Labelled scans only, Dice loss. The distance map's head learns to read the features without shaping them.</summary>
    [EnumMember(Value = "vnet")]
    VNet,

    /// <summary>Labelled scans only, Dice and the signed distance map's error.</summary>
    [EnumMember(Value = "vnet-sdm")]
    VNetSdm,

    /// <summary>SASSNet (arXiv 2007.10732): the former, with a discriminator of distance maps for the unlabelled scans.</summary>
    [EnumMember(Value = "sassnet")]
    Sassnet,

    /// <summary>Uncertainty-aware mean teacher (Yu et al., MICCAI 2019, arXiv 1907.07034).</summary>
    [EnumMember(Value = "ua-mt")]
    UaMt,

    /// <summary>Dice and the signed distance map's error, with the mean teacher's consistency in place of the discriminator.</summary>
    [EnumMember(Value = "sassnet-mt")]
    SassnetMt,

    /// <summary>Bidirectional copy-paste (Bai et al., CVPR 2023, arXiv 2305.00673).</summary>
    [EnumMember(Value = "bcp")]
    Bcp,

    /// <summary>
    /// A mean teacher labels unlabelled crops, the student learns these labels on the crops strongly changed, where the teacher was sure (FixMatch,
    /// arXiv 2001.07685, with CutMix, arXiv 1906.01916); on labelled crops Dice and the signed distance map's error.
    /// </summary>
    [EnumMember(Value = "w2s")]
    W2s,
}

/// <summary>What the configuration and the data need to know of a method.</summary>
public static class MethodKinds
{
    /// <summary>Whether the method learns from unlabelled scans at all.</summary>
    public static bool UsesUnlabelled(this MethodKind method) => method is not (MethodKind.VNet or MethodKind.VNetSdm);

    /// <summary>How many crops pass through the network together where they are fewest.</summary>
    /// <param name="method">The method.</param>
    /// <param name="labelled">Labelled crops of a batch.</param>
    /// <param name="unlabelled">Unlabelled crops of a batch.</param>
    public static int CropsOfAPass(this MethodKind method, int labelled, int unlabelled) => method switch
    {
        MethodKind.VNet or MethodKind.VNetSdm => labelled,
        MethodKind.Sassnet => labelled + unlabelled,
        MethodKind.UaMt or MethodKind.SassnetMt or MethodKind.W2s => unlabelled,
        MethodKind.Bcp => labelled / 2,
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Not a method."),
    };

    /// <summary>The method's name in configurations and packages.</summary>
    public static string Name(this MethodKind method) => OptionTypes.Word(method);
}
