using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Packages;

namespace Sassnet.Model.Dicom.Results;

/// <summary>A coded concept (PS3.3 8.8).</summary>
/// <param name="Value">The code.</param>
/// <param name="Scheme">What it is a code of.</param>
/// <param name="Meaning">What it means, for people.</param>
internal sealed record Code(string Value, string Scheme, string Meaning)
{
    public static readonly Code AnatomicalStructure = new("123037004", "SCT", "Anatomical Structure");

    public static readonly Code ArtificialIntelligence = new("123110", "DCM", "Artificial Intelligence");

    public static readonly Code Background = new("125040", "DCM", "Background");

    public static readonly Code Segmentation = new("113076", "DCM", "Segmentation");

    public static readonly Code SourceImage = new("121322", "DCM", "Source image for image processing operation");

    public static readonly Code Millimetre = new("mm", "UCUM", "mm");

    /// <summary>What a label means.</summary>
    public static Code Of(Label label) => label.SnomedCode is { } code ? new Code(code, "SCT", label.Name) : AnatomicalStructure;

    /// <summary>Writes codes as the items of a sequence.</summary>
    public static void Write(DataSetBuilder into, DicomTag sequence, IEnumerable<Code> codes) => into.Sequence(sequence, codes.Select(code => (Action<DataSetBuilder>)(item =>
    {
        item.Text(new DicomTag(0x0008, 0x0100), "SH", code.Value);
        item.Text(new DicomTag(0x0008, 0x0102), "SH", code.Scheme);
        item.Text(new DicomTag(0x0008, 0x0104), "LO", code.Meaning);
    })));

    /// <summary>Writes it as the one item of a sequence.</summary>
    public void Write(DataSetBuilder into, DicomTag sequence) => Write(into, sequence, [this]);
}
