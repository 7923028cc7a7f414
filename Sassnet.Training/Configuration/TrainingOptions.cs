using System.Runtime.Serialization;
using Sassnet.Model.Packages;

namespace Sassnet.Training.Configuration;

/// <summary>A training run, as its YAML file describes it. Every default is the paper's (arXiv 2007.10732) unless it says otherwise.</summary>
public sealed record TrainingOptions
{
    /// <summary>The exported package's name.</summary>
    public string Name { get; init; } = "left-atrium";

    /// <summary>The exported package's version.</summary>
    public string Version { get; init; } = "0.1.0";

    /// <summary>How the network learns.</summary>
    public MethodKind Method { get; init; } = MethodKind.Sassnet;

    /// <summary>What the foreground is, where it is one structure.</summary>
    public LabelOptions Label { get; init; } = new();

    /// <summary>
    /// Several structures that do not overlap, in the place of the one of <c>label</c>; each gets a channel of the network, in this order. A labelled scan has to have
    /// one of them at least.
    /// </summary>
    public StructureOptions[] Labels { get; init; } = [];

    /// <summary>What the exported package says to those who will use it.</summary>
    public CardOptions Card { get; init; } = new();

    /// <summary>Seeds everything random: two runs with one seed on the processor of one machine give the same losses, on a GPU nearly the same.</summary>
    public int Seed { get; init; } = 1337;

    /// <summary>Training iterations. A finished run is extended by <c>--resume --set iterations=MORE</c>; what goes by the share of them that is done, the polynomial rate and the certainty that <c>ua-mt</c> and <c>sassnet-mt</c> ask for, is then set back to what it is at that share.</summary>
    public int Iterations { get; init; } = 6000;

    /// <summary>Processor threads for the network; 0 is all.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// Where the network is trained and validated: <c>cuda:N</c>; <c>cuda</c>, the first CUDA device, or that of the process's rank on its machine;
    /// <c>cpu</c>; <c>auto</c>, which is <c>cuda</c> where there is one, else <c>cpu</c>. A run's <c>config.yaml</c> has the kind, <c>cpu</c> or
    /// <c>cuda</c>. Where a run goes on it stays of that kind, unless it is told another one by <c>--resume --set device=…</c>: the figures then go on a
    /// little differently, in the same number format.
    /// </summary>
    public string Device { get; init; } = "auto";

    /// <summary>The data type of activations while training.</summary>
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Auto;

    /// <summary>The scans.</summary>
    public DataOptions Data { get; init; } = new();

    /// <summary>The grid and intensities the network works on.</summary>
    public PreprocessingOptions Preprocessing { get; init; } = new();

    /// <summary>The networks.</summary>
    public NetworkOptions Network { get; init; } = new();

    /// <summary>Crops and batches.</summary>
    public CropOptions Crops { get; init; } = new();

    /// <summary>Random changes to each crop.</summary>
    public AugmentationOptions Augmentation { get; init; } = new();

    /// <summary>The optimizers and their schedule.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>The exponential mean of the weights.</summary>
    public EmaOptions Ema { get; init; } = new();

    /// <summary>The weights of the losses.</summary>
    public LossOptions Loss { get; init; } = new();

    /// <summary>The mean teacher, where the method has one.</summary>
    public TeacherOptions Teacher { get; init; } = new();

    /// <summary>Bidirectional copy-paste.</summary>
    public CopyPasteOptions CopyPaste { get; init; } = new();

    /// <summary>From weak to strong.</summary>
    public WeakToStrongOptions WeakToStrong { get; init; } = new();

    /// <summary>When to report, to validate and to save.</summary>
    public RunOptions Run { get; init; } = new();

    /// <summary>Windows of the exported package, in voxels.</summary>
    public WindowOptions Window { get; init; } = new();

    /// <summary>What is told from the background, one structure or several, in the order of the network's channels.</summary>
    internal IReadOnlyList<StructureOptions> Structures => Labels.Length > 0 ? Labels : [Label.ToStructure()];

    /// <summary>The names of these, in the same order.</summary>
    internal IReadOnlyList<string> StructureNames => [.. Structures.Select(one => one.Name)];
}

/// <summary>The data type of activations while training; master weights and BatchNorm are always float32.</summary>
public enum TrainingPrecision
{
    /// <summary>
    /// On the processor bfloat16 where a timed step is clearly faster in it on this machine, on CUDA where the card has it (Ampere and later); float32
    /// elsewhere. Settled when a run starts, and kept with it.
    /// </summary>
    [EnumMember(Value = "auto")]
    Auto,

    /// <summary>float32.</summary>
    [EnumMember(Value = "float32")]
    Float32,

    /// <summary>bfloat16.</summary>
    [EnumMember(Value = "bfloat16")]
    BFloat16,
}

/// <summary>What the foreground is.</summary>
public sealed record LabelOptions
{
    /// <summary>The voxel value in answers; and in label files, unless <see cref="FileValues"/> says otherwise.</summary>
    public byte Value { get; init; } = 1;

    /// <summary>The voxel values in label files that are foreground, all together; empty for <see cref="Value"/> alone. Any other is background.</summary>
    public int[] FileValues { get; init; } = [];

    /// <summary>What it means.</summary>
    public string Name { get; init; } = "left atrium";

    /// <summary>Its SNOMED CT concept; empty where there is none.</summary>
    public string SnomedCode { get; init; } = "82471001";

    /// <summary>What viewers may show it in, as <c>#rrggbb</c>; empty where that does not matter.</summary>
    public string Colour { get; init; } = "";

    /// <summary>How many of its largest connected components are the answer, which are as many as it has in a patient: 2 for both kidneys, 0 for all that is found. <c>bcp</c> keeps as many of its pseudo-labels.</summary>
    public int Components { get; init; } = 1;

    /// <summary>Whether nothing of it was set.</summary>
    internal bool IsDefault => FileValues.Length == 0 && this with { FileValues = [] } == new LabelOptions();

    /// <summary>The same, as one of several structures has it.</summary>
    internal StructureOptions ToStructure() => new() { Value = Value, FileValues = FileValues, Name = Name, SnomedCode = SnomedCode, Colour = Colour, Components = Components };
}

/// <summary>The card of the exported package, sentences for people: all of it or nothing. What training saw and how well the package does is added by itself.</summary>
public sealed record CardOptions
{
    /// <summary>What the model is for: of whom, made how, by whom, to what end.</summary>
    public string IntendedUse { get; init; } = "";

    /// <summary>What it must not be used for.</summary>
    public string NotFor { get; init; } = "";

    /// <summary>Where the scans come from, and what is known of them.</summary>
    public string Data { get; init; } = "";

    /// <summary>Under which terms the weights may be used.</summary>
    public string Licence { get; init; } = "";

    /// <summary>Whether there is none.</summary>
    internal bool IsEmpty => Texts.All(text => text.Length == 0);

    private string[] Texts => [IntendedUse, NotFor, Data, Licence];

    /// <summary>As a package has it; null where there is none.</summary>
    internal ModelCard? ToCard() => IsEmpty ? null : new ModelCard(IntendedUse, NotFor, Data, Licence);
}

/// <summary>Where the scans are: a folder with list files, one case name a line.</summary>
public sealed record DataOptions
{
    /// <summary>The folder, relative to the configuration file; on the command line to the current folder. A run's <c>config.yaml</c> has the full path.</summary>
    public string Folder { get; init; } = "data";

    /// <summary>The list of scans used with their labels.</summary>
    public string Labelled { get; init; } = "labelled.list";

    /// <summary>How many scans of the labelled list are used with their labels, the first ones; the others join the unlabelled. 0 is all.</summary>
    public int LabelledCases { get; init; }

    /// <summary>
    /// The list of scans used without labels; empty for none but those that <see cref="LabelledCases"/> leaves over. Methods that learn from labelled scans only
    /// never open it.
    /// </summary>
    public string Unlabelled { get; init; } = "unlabelled.list";

    /// <summary>The list of labelled scans that are segmented while training goes on, to tell how it does; empty for none.</summary>
    public string Validation { get; init; } = "";

    /// <summary>What the scans are, for the package's manifest; empty for the folder's name.</summary>
    public string Description { get; init; } = "";

    /// <summary>Voxel size in millimetres of scans whose files carry none (LA .h5).</summary>
    public double[] VoxelSizeMm { get; init; } = [0.625, 0.625, 0.625];

    /// <summary>Whether the voxel size is the one that is assumed where nobody vouches for another, so that no distance is stated in millimetres.</summary>
    internal bool AssumesVoxelSize() => VoxelSizeMm.SequenceEqual(new DataOptions().VoxelSizeMm);
}

/// <summary>The grid and intensities the network works on.</summary>
public sealed record PreprocessingOptions
{
    /// <summary>Voxel edges in millimetres.</summary>
    public double[] SpacingMm { get; init; } = [0.625, 0.625, 0.625];

    /// <summary>Anatomical directions of increasing X, Y, Z: those of the LA scans.</summary>
    public string Orientation { get; init; } = "LPS";

    /// <summary>How intensities are brought to one scale.</summary>
    public Normalisation Normalisation { get; init; } = Normalisation.ZScore;

    /// <summary>With <c>ct-window</c> the lower and the upper end of the window in Hounsfield units, which become −1 and 1; empty with the others.</summary>
    public double[] WindowHu { get; init; } = [];

    /// <summary>The same, as a package's manifest says it.</summary>
    public PreprocessingSpecification ToSpecification() => new(SpacingMm, Orientation, Normalisation, WindowHu.Length > 0 ? WindowHu : null);
}

/// <summary>The networks.</summary>
public sealed record NetworkOptions
{
    /// <summary>Channels of the V-Net's first level.</summary>
    public int Filters { get; init; } = 16;

    /// <summary>Channels of the discriminator's first level. It and its optimizer are the greater part of a checkpoint: 132 MB with 64, a quarter with half.</summary>
    public int DiscriminatorFilters { get; init; } = 64;

    /// <summary>Probability of dropping a channel, in both networks.</summary>
    public double Dropout { get; init; } = 0.5;

    /// <summary>
    /// The folder of a model package whose weights the V-Net begins with, relative to the configuration file; on the command line to the current
    /// folder; empty for random ones. Each structure begins with the weights of the package's label in its place: the same names in another order are
    /// refused, others warned of. The run keeps a copy, so that it goes on without the original.
    /// </summary>
    public string StartFrom { get; init; } = "";
}

/// <summary>Crops and batches.</summary>
public sealed record CropOptions
{
    /// <summary>Crop sizes in voxels, multiples of 16, also where scans have fewer slices than that; each iteration draws one. The paper has one.</summary>
    public int[][] Sizes { get; init; } = [[112, 112, 80]];

    /// <summary>Labelled crops of a batch.</summary>
    public int Labelled { get; init; } = 2;

    /// <summary>Unlabelled crops of a batch; methods that learn from labelled scans only draw none.</summary>
    public int Unlabelled { get; init; } = 2;

    /// <summary>
    /// The share of labelled crops that hold at least one voxel of a structure, wherever in the crop, whatever turns and bends it: each structure that the scan has is
    /// as likely as any other, then each of its voxels. The rest lie anywhere in a scan. At 0 all do, as the paper's, whose scans are cut to the heart; of small
    /// structures in large scans few crops would teach anything, and 0.33 is what nnU-Net has. What bcp pastes over a crop comes after that.
    /// </summary>
    public double Foreground { get; init; }

    /// <summary>
    /// Micro-batches of a step, each of that many labelled and unlabelled crops: the gradient of a step is the mean over them, as of one large batch, but
    /// that BatchNorm goes by each alone. One process makes them one after another, for GPUs whose memory holds no more; several processes (mpirun, srun)
    /// share them, and the run comes out the same however many these are. 0 is one for each process; settled when a run starts, and kept with it.
    /// </summary>
    public int Accumulate { get; init; }
}

/// <summary>Windows of the exported package, in voxels.</summary>
public sealed record WindowOptions
{
    /// <summary>Window size, multiples of 16.</summary>
    public int[] Patch { get; init; } = [112, 112, 80];

    /// <summary>Steps between windows.</summary>
    public int[] Stride { get; init; } = [18, 18, 4];
}
