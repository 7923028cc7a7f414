using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Results;

/// <summary>An item of a structured report's tree (PS3.3 C.17.3): what it is called, what it says, and what hangs below it.</summary>
/// <param name="Relation">How it belongs to the item above.</param>
/// <param name="ValueType">What kind of value it has.</param>
/// <param name="Name">What it is called; null where the template names it not.</param>
/// <param name="Value">Writes its value.</param>
/// <param name="Below">The items below.</param>
internal sealed record ContentItem(string Relation, string ValueType, Code? Name, Action<DataSetBuilder> Value, params IReadOnlyList<ContentItem> Below)
{
    public const string Contains = "CONTAINS";
    public const string HasObservationContext = "HAS OBS CONTEXT";
    public const string HasConceptModifier = "HAS CONCEPT MOD";
    public const string HasAcquisitionContext = "HAS ACQ CONTEXT";

    private static readonly DicomTag TypeTag = new(0x0040, 0xA040);
    private static readonly DicomTag NameTag = new(0x0040, 0xA043);
    private static readonly DicomTag ContentSequence = new(0x0040, 0xA730);

    public static ContentItem Container(Code name, string? template, params IReadOnlyList<ContentItem> below) => new(Contains, "CONTAINER", name, item =>
    {
        item.Text(new DicomTag(0x0040, 0xA050), "CS", "SEPARATE"); // ContinuityOfContent
        if (template is null)
            return;
        item.Sequence(new DicomTag(0x0040, 0xA504), identification => // ContentTemplateSequence
        {
            identification.Text(new DicomTag(0x0008, 0x0105), "CS", "DCMR"); // MappingResource
            identification.Text(new DicomTag(0x0040, 0xDB00), "CS", template); // TemplateIdentifier
        });
    }, below);

    public static ContentItem OfCode(string relation, Code name, Code value) =>
        new(relation, "CODE", name, item => value.Write(item, new DicomTag(0x0040, 0xA168))); // ConceptCodeSequence

    public static ContentItem OfText(string relation, Code name, string value) =>
        new(relation, "TEXT", name, item => item.Text(new DicomTag(0x0040, 0xA160), "UT", value)); // TextValue

    public static ContentItem OfUid(string relation, Code name, string value) =>
        new(relation, "UIDREF", name, item => item.Text(new DicomTag(0x0040, 0xA124), "UI", value)); // UID

    public static ContentItem OfNumber(Code name, double value, Code unit) => new(Contains, "NUM", name, item =>
        item.Sequence(new DicomTag(0x0040, 0xA300), measured => // MeasuredValueSequence
        {
            measured.Decimals(new DicomTag(0x0040, 0xA30A), value); // NumericValue
            measured.Double(new DicomTag(0x0040, 0xA161), value); // FloatingPointValue
            unit.Write(measured, new DicomTag(0x0040, 0x08EA)); // MeasurementUnitsCodeSequence
        }));

    public static ContentItem OfImage(Code? name, Action<DataSetBuilder> reference) =>
        new(Contains, "IMAGE", name, item => item.Sequence(new DicomTag(0x0008, 0x1199), reference)); // ReferencedSOPSequence

    /// <summary>Writes it as the root of a document.</summary>
    public void WriteRoot(DataSetBuilder into)
    {
        into.Text(TypeTag, "CS", ValueType);
        Name?.Write(into, NameTag);
        Value(into);
        if (Below.Count > 0)
            into.Sequence(ContentSequence, Below.Select(item => (Action<DataSetBuilder>)item.Write));
    }

    private void Write(DataSetBuilder into)
    {
        into.Text(new DicomTag(0x0040, 0xA010), "CS", Relation); // RelationshipType
        WriteRoot(into);
    }
}
